/// What is the matter with one of the user's keys.
package enum KeyFinding: Hashable, Sendable {
  case publishedKeyInactive(AccessKeyID)
  /// The policy allows less; while rotations are paused, by whoever resumes them.
  case overdue(AccessKeyID, age: Duration, allowed: Duration, pausedFor: String?)
  case foreignKey(AccessKeyID)
  case stillInUse(AccessKeyID, AccessKeyLastUsed, isTooOld: Bool)
  /// It signs this very run. `isDue`: its grace is over.
  case ownKey(AccessKeyID, isDue: Bool)
  /// As before, found where it was to be taken away.
  case ownKeyInTheWay(AccessKeyID)
  case unknownStatus(AccessKeyID, status: String, isRetiring: Bool)
  /// It may have stood in that version of `credentials`, which can't be decrypted.
  case perhapsPublished(AccessKeyID, byRun: String, version: Int, why: String)
  case listLags(AccessKeyID, Lag)
  case notUsableYet(AccessKeyID, Youth)

  /// What a list of IAM's doesn't show yet.
  package enum Lag: Hashable, Sendable {
    /// That the key was made Active again by a rollback.
    case reactivation
    /// The key that `credentials` holds.
    case credentialsKey
    /// The key that the record calls published.
    case publishedKey
  }

  /// How young a key is that can't be used, or seen.
  package enum Youth: Hashable, Sendable {
    case refused(sinceCreation: Duration)
    case unlisted(sincePublication: Duration)
    case unseen(sinceCreation: Duration)
  }
}
