/// Something that a person must know: what, with the facts. It decides the exit code.
///
/// One enum for each family of findings; how each is told stands in `Words`, and nowhere else.
package enum Finding: Hashable, Sendable {
  case key(KeyFinding)
  case room(RoomFinding)
  case copy(CopyFinding)
  case order(OrderFinding)
  case leak(LeakFinding)
  case record(RecordFinding)
  case run(RunFinding)
  case evidence(EvidenceFinding)
  case call(CallFinding)
  case session(SessionFinding)
  case enrollment(EnrollmentFinding)
  case host(HostFinding)
  case selection(SelectionFinding)
  case credentials(CredentialsFinding)
  case policy(PolicyFinding)
  case monitoring(MonitoringFinding)
  /// One whose facts have no case yet.
  case told(FindingText)

  package enum Severity: Int, Sendable, Comparable, CaseIterable {
    /// Worth a line; changes nothing about the exit code.
    case notice
    /// Somebody has to act: exit code 2.
    case act
    /// A call or a read failed: exit code 1.
    case failed

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// How it is told.
  package var text: FindingText {
    switch self {
    case .key(let finding): finding.text
    case .room(let finding): finding.text
    case .copy(let finding): finding.text
    case .order(let finding): finding.text
    case .leak(let finding): finding.text
    case .record(let finding): finding.text
    case .run(let finding): finding.text
    case .evidence(let finding): finding.text
    case .call(let finding): finding.text
    case .session(let finding): finding.text
    case .enrollment(let finding): finding.text
    case .host(let finding): finding.text
    case .selection(let finding): finding.text
    case .credentials(let finding): finding.text
    case .policy(let finding): finding.text
    case .monitoring(let finding): finding.text
    case .told(let text): text
    }
  }

  package var code: FindingCode { text.code }
  package var severity: Severity { text.severity }
  package var message: String { text.message.description }
  package var remedy: String? { text.remedy?.description }
}

extension Finding {
  /// For a room whose findings have no cases yet.
  package init(code: String, _ severity: Severity, _ message: String, remedy: String? = nil) {
    guard let code = FindingCode(rawValue: code) else {
      preconditionFailure("\(code) is no code of a message")
    }
    self = .told(FindingText(code, severity, "\(message)", remedy: remedy.map { "\($0)" }))
  }
}
