package import struct FoundationEssentials.Date

/// Another run is in the way, or this one came to no good end.
package enum RunFinding: Hashable, Sendable {
  /// `isAwaited`: a person waits for the answer.
  case leaseHeld(runId: String, host: String, until: Date, isAwaited: Bool)
  /// Another run was quicker; nil: and has finished.
  case leaseLost(toRun: String?, isAwaited: Bool)
  case intentNotSeen
  /// What stands in Parameter Store changed while it was looked at.
  case movedOn
  case noDecision
  case interrupted
  case creationUnanswered(Unanswered)
  /// Each time that CreateAccessKey was sent; `removed`: how many keys came of it all the same.
  case creationFailed(sent: Int, removed: Int, last: Unanswered)
  /// Nil: the region of the run.
  case newKeyUnusable(AccessKeyID, region: String?, timeout: Duration, why: String)
  case strangeSecret
  case publicationUnconfirmed(AccessKeyID)
  case restoreRefused(version: Int)
  /// `isSeen`: whether this run has seen that `credentials` holds it, or hasn't seen what they hold.
  case keySpared(AccessKeyID, isSeen: Bool)

  /// How CreateAccessKey was not answered.
  package enum Unanswered: Hashable, Sendable {
    case noAnswer(why: String)
    /// The reply names a key that existed before.
    case oldKey(AccessKeyID)
  }
}
