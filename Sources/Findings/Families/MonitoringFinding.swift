/// A part of the configuration that follows a run, a channel, the heartbeat, the metrics or a hook,
/// can't work or didn't. `isRequired`: it is marked as that.
package enum MonitoringFinding: Hashable, Sendable {
  /// This host doesn't bear it out: the place in the file, and why.
  case refused(Part, at: String, fault: String, Requirement)
  case notifyFailed(channel: String, why: String, isRequired: Bool)
  case notifyMemory(file: String, why: String)
  /// `isFailing`: after a failed run, for which it has no URL of its own.
  case heartbeatFailed(why: String, isFailing: Bool, isRequired: Bool)
  case metricsFailed(file: String, why: String, isRequired: Bool)
  /// With what it said, if anything.
  case hookVetoed(program: String, status: Int, said: String)
  case hookFailed(program: String, event: String, user: String?, why: String, isRequired: Bool)
  case hookNotAsked

  package enum Part: Hashable, Sendable {
    case channel, heartbeat, metrics, hook
  }

  package enum Requirement: Hashable, Sendable {
    case optional
    /// No run begins.
    case required
    /// It is required, but this run can't wait for it.
    case requiredButPassedOver
  }
}
