internal import AWSClient
internal import RotationExecutor
package import RotationPlanner

/// Why a command ends before it could look at any user.
package struct CommandFailure: Error, Sendable {
  package var finding: Finding

  package init(code: String, _ message: String, remedy: String?) {
    finding = Finding(code: code, .failed, message, remedy: remedy)
  }

  init(_ failure: CredentialFailure) {
    let tried = failure.tried.map { "\n  \($0.source): \($0.reason)" }.joined()
    self.init(
      code: failure.code == .noCredentials ? "no-credentials" : "credentials",
      "\(failure.source): \(failure.message)"
        + (tried.isEmpty ? "" : "; passed over before it:\(tried)"),
      remedy: failure.remedy)
  }

  init(_ failure: AWSFailure) {
    let answer = failure.code.map { "\($0): \(failure.message)" } ?? failure.message
    let id = failure.requestId.map { " (request \($0))" } ?? ""
    self.init(
      code: "call-failed",
      "\(failure.operation) (\(failure.service.displayName), \(failure.region)): \(answer)\(id)",
      remedy: failure.advice)
  }

  init(_ failure: AuditFailure) {
    self.init(
      code: "audit-log", "\(failure.path): \(failure.problem)",
      remedy: failure.advice + " Nothing was changed in AWS.")
  }
}
