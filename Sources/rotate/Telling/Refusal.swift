internal import Findings
package import RotationPlanner

/// A part of the configuration that this host doesn't bear out: a hook that is missing, a folder
/// that isn't there. The run goes on without that part, unless it is marked as required.
package struct Refusal: Sendable {
  package enum Part: Hashable, Sendable {
    case channel(String)
    case heartbeat
    case metrics
    /// By the place of its program in the configuration, such as `hooks.afterPublish[0].command[0]`.
    case hook(String)
  }

  package var part: Part
  package var isRequired: Bool
  /// Only the unit could tell: what is missing is a credential that systemd hands to it, and this
  /// wasn't started by systemd.
  package var needsUnit = false
  package var finding: Finding { .monitoring(refused) }
  var refused: MonitoringFinding

  /// For a run that can't wait for it: told as a failure where it is required.
  var notInTheWay: Refusal {
    guard isRequired, case .refused(let part, let place, let fault, _) = refused else {
      return self
    }
    var refusal = self
    refusal.refused = .refused(part, at: place, fault: fault, .requiredButPassedOver)
    return refusal
  }
}
