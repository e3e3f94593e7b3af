internal import Configuration
internal import RotationExecutor
internal import RotationPlanner

/// What one pass over the users came to, before anybody is told.
struct Pass {
  /// Nil where no credentials were found.
  var session: AWSSession?
  var account: String?
  /// Only some of the users were asked for.
  var isPartial = false
  var users: [ManagedUser] = []
  var contacts: [String: Contact] = [:]
  var outcomes: [UserOutcome] = []
  var findings: [Finding] = []
}
