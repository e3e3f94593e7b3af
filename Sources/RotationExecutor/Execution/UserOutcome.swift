package import RotationPlanner
package import struct FoundationEssentials.Date

/// What a run found and did for one user.
package struct UserOutcome: Sendable, Equatable {
  /// One step of the plan, and what came of it.
  package struct DoneStep: Sendable, Equatable {
    package enum Result: Sendable, Equatable {
      case done
      case failed
      /// A step before it failed.
      case notReached
    }

    package var planned: PlannedStep
    package var result: Result
    /// The key that a rotation created and published.
    package var newKey: AccessKeyID?
    /// Of the call that made the change, for CloudTrail.
    package var requestId: String?

    package init(planned: PlannedStep, result: Result) {
      self.planned = planned
      self.result = result
    }

    /// A step that has written copies, of which some could not be: what was done was done, and what
    /// wasn't is a step that failed.
    func split(failed names: [String]) -> [DoneStep] {
      guard !names.isEmpty else { return [self] }
      let rest: DoneStep
      if case .repair(let meant) = planned.step {
        let written = meant.filter { !names.contains($0) }
        rest = DoneStep(
          planned: PlannedStep(.repair(written), planned.reason), result: .done)
        let failed = DoneStep(
          planned: PlannedStep(.repair(names), planned.reason), result: .failed)
        return written.isEmpty ? [failed] : [rest, failed]
      }
      return [
        self,
        DoneStep(
          planned: PlannedStep(
            .repair(names),
            "\(names.joined(separator: ", ")) could not be given the published key"),
          result: .failed),
      ]
    }
  }

  /// Its name as IAM spells it, once IAM was asked.
  package var user: String
  /// With the names of its parameters as they were used; nil where the user wasn't seen.
  package var managed: ManagedUser?
  /// The periods that govern this user's keys.
  package var policy: Policy?

  /// By AWS's time; nil where no reply came.
  package var at: Date?
  /// What was found before anything was changed; nil where it could not be planned.
  package var plan: Plan?
  /// How the user stands after the run. Equal to `plan` where nothing was changed.
  package var after: Plan?
  package var done: [DoneStep] = []
  /// What went wrong, beyond what the plan knew.
  package var failures: [Finding] = []

  package init(user: String) { self.user = user }

  /// Everything that a person should know, the worst first.
  package var findings: [Finding] {
    let planned = (after ?? plan)?.findings ?? []
    return (failures + planned.filter { !failures.contains($0) }).enumerated()
      .sorted { ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset) }
      .map(\.element)
  }
}
