internal import AWSClient
internal import AWSCredentials
internal import Configuration
internal import RotationExecutor
internal import RotationPlanner

extension CommandFailure {
  init(_ failure: CredentialFailure) {
    let isLookedFor = !failure.tried.isEmpty
    self.init(
      .credentials(
        failure.code == .noCredentials
          ? .none(
            source: failure.source, why: failure.message, advice: failure.remedy,
            isLookedFor: isLookedFor)
          : .broken(
            source: failure.source, why: failure.message, advice: failure.remedy,
            isLookedFor: isLookedFor)))
    details = failure.tried.map { "\($0.source): \($0.reason)" }
  }

  init(_ failure: AWSFailure) {
    self.init(
      .call(
        .failed(
          operation: "\(failure.operation) (\(failure.service.displayName), \(failure.region))",
          said: failure.code.map { "\($0): \(failure.message)" } ?? failure.message,
          requestId: failure.requestId, .advised(failure.advice))))
  }

  /// For a command that reads one parameter.
  init(reading name: String, _ failure: CallFailure) {
    self.init(
      .call(
        .failed(
          operation: "\(failure.operation) \(name)", said: failure.message, requestId: nil, .none)))
  }

  /// For a run, which changes nothing without the log.
  init(_ failure: AuditFailure) { self.init(failure, .nothingWasChanged) }

  init(reading failure: AuditFailure) { self.init(failure, .none) }

  private init(_ failure: AuditFailure, _ consequence: HostFinding.Consequence) {
    self.init(
      .host(
        .auditLog(
          failure.path, problem: failure.problem, advice: failure.advice, consequence)))
  }
}
