/// A call to AWS that gave no result.
package enum CallFinding: Hashable, Sendable {
  /// `said`: AWS's words, or why no answer came.
  case failed(
    operation: String, said: String, requestId: String?, Consequence = .nothingElseChanged)
  /// The fence refused to sign it.
  case leaseNearlyOver(operation: String)
  /// AWS's answers carry no time; how that is.
  case noTime(String)
  case unknownUser(String)
  /// Something is published under that name: it may be renamed.
  case unknownUserWithRecord(String, userId: String, record: String, path: String)
  case publishedElsewhere(user: String, region: String)

  /// What follows from it, and what to do.
  package enum Consequence: Hashable, Sendable {
    /// A command that only reads ends here.
    case none
    case nothingElseChanged
    /// A copy, or a local file, that could not be looked at.
    case lookedAtAgain(String)
    /// A copy that was not written.
    case writtenAgain(String)
    /// As before, and AWS says no until somebody changes something.
    case notWrittenUntilMended(String)
    case orphanLeft(AccessKeyID)
    case keyStatusUnknown(wanted: String)
    case slotTaken
    case sessionLater
    case enrollmentGoesOn
    /// Of what the client advises.
    case advised(String)
  }
}
