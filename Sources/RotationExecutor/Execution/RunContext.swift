package import RotationPlanner

/// Who runs, and what it may do.
package struct RunContext: Sendable, Equatable {
  package var runId: String
  /// The host's name in the record: the random id in the run lock.
  package var host: String
  /// The ARN that acts, for the audit log; nil where it could not be asked.
  package var actor: String?
  /// Whether the run lock is held: then every other run of this host is known to be dead.
  package var holdsRunLock: Bool
  /// The key that signs this run's calls. It may be one of a managed user's.
  package var ownKey: AccessKeyID?

  package init(
    runId: String, host: String, actor: String? = nil, holdsRunLock: Bool,
    ownKey: AccessKeyID? = nil
  ) {
    self.runId = runId
    self.host = host
    self.actor = actor
    self.holdsRunLock = holdsRunLock
    self.ownKey = ownKey
  }
}
