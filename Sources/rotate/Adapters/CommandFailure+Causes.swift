internal import AWSClient
internal import AWSCredentials
internal import Configuration
internal import RotationExecutor
internal import RotationPlanner

extension CommandFailure {
  init(_ failure: CredentialFailure) {
    self.init(
      code: failure.code == .noCredentials ? "no-credentials" : "credentials",
      "\(failure.source): \(failure.message)",
      remedy: failure.remedy
        + (failure.tried.isEmpty ? "" : " `rotate whoami` shows what was tried."))
    details = failure.tried.map { "\($0.source): \($0.reason)" }
  }

  init(_ failure: AWSFailure) {
    let answer = failure.code.map { "\($0): \(failure.message)" } ?? failure.message
    let id = failure.requestId.map { " (request \($0))" } ?? ""
    self.init(
      code: "call-failed",
      "\(failure.operation) (\(failure.service.displayName), \(failure.region)): \(answer)\(id)",
      remedy: failure.advice)
  }

  /// For a run, which changes nothing without the log.
  init(_ failure: AuditFailure) {
    self.init(reading: failure)
    finding.remedy? += " Nothing was changed in AWS."
  }

  init(reading failure: AuditFailure) {
    self.init(
      code: "audit-log", "\(failure.path): \(failure.problem)", remedy: failure.advice)
  }
}
