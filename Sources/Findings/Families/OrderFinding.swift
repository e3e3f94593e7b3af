package import struct FoundationEssentials.Date

/// What comes of an order: of a pause, a resumption, a rollback.
package enum OrderFinding: Hashable, Sendable {
  case paused(Pause, user: String)
  /// A rotation is `wanted`, which waits for whoever paused them. `isKnown`: who has just done so
  /// need not act on it.
  case pausedThoughWanted(Pause, wanted: String, user: String, isKnown: Bool)
  case pauseIsOver(until: Date, now: Date)
  /// `published` is the key that is published all the same.
  case rollbackUnfinished(to: AccessKeyID, published: AccessKeyID?, user: String)
  /// The run that was to do it came to no end.
  case rollbackNotFinished(to: AccessKeyID, user: String)
  case rollbackUnproven(AccessKeyID, version: Int, timeout: Duration, why: String)
  case rolledBack(AccessKeyID, user: String)
  case rollBackRefused(AccessKeyID, Refusal, user: String)
  /// `there`: the keys that exist, of which one may be published.
  case nothingToRollBackTo(there: [AccessKeyID], published: AccessKeyID?, user: String)
  case rollsBack(to: AccessKeyID, isActive: Bool, Superseded?, until: Date?, user: String)
  case secretUnknown(
    AccessKeyID, UnknownSecret, graceUntil: Date, published: AccessKeyID?)

  /// Why a superseded key is not published again.
  package enum Refusal: Hashable, Sendable {
    case misfit
    case compromised
    case expired
    case unknownStatus(String)
  }

  /// The key that a rollback supersedes.
  package enum Superseded: Hashable, Sendable {
    case active(AccessKeyID, grace: Duration)
    case inactive(AccessKeyID)
  }

  /// Why nobody can publish a key again.
  package enum UnknownSecret: Hashable, Sendable {
    case neverPublished
    /// The newest version that may hold it, and why that can't be decrypted.
    case undecryptable(version: Int, why: String)
  }
}
