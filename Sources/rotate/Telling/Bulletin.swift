internal import Reports
internal import Configuration
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// What one channel is told after one run: the notices, and where they come from.
struct Bulletin: Sendable {
  var notices: [Notice]
  /// Of this run; nil: a test.
  var runId: String?
  var host: String
  /// The account's twelve digits; nil where nobody could say.
  var account: String?
  /// AWS's time, or the host's where AWS gave none.
  var at: Date
  var version = Version.current

  init(
    notices: [Notice], runId: String?, host: String, account: String?, at: Date
  ) {
    self.notices = notices
    self.runId = runId
    self.host = host
    self.account = account
    self.at = at
  }

  var severity: FindingReport.Severity {
    let all = notices.map(\.severity)
    return all.contains(.failed) ? .failed : all.contains(.act) ? .act : .notice
  }

  /// One line.
  var title: String {
    if let only = notices.first, notices.count == 1 { return Self.cut(only.title, 140) }
    let parts = NoticeEvent.allCases.compactMap { event -> String? in
      let count = notices.count { $0.event == event }
      return count == 0 ? nil : "\(count) \(event.inWords(count))"
    }
    return parts.joined(separator: ", ")
  }

  /// Where it comes from, in one line.
  var origin: String {
    ["rotate \(version) on \(host)", account.map { "account \($0)" }, runId.map { "run \($0)" }]
      .compactMap { $0 }.joined(separator: ", ") + ", \(at.inWords)"
  }

  /// For forms that are read as they are.
  var plainText: String {
    let items = notices.map { notice in
      ([
        "\(notice.severity.word): \(notice.title) [\(notice.code)]", notice.text,
        notice.remedy.map { "what to do: \($0)" } ?? "",
        notice.owner.map { "owner: \($0)" } ?? "",
        notice.requestId.map { "request: \($0)" } ?? "",
      ].filter { !$0.isEmpty }).joined(separator: "\n  ")
    }
    return (items + [origin]).joined(separator: "\n\n") + "\n"
  }

  static func cut(_ text: String, _ length: Int) -> String {
    text.count <= length ? text : text.prefix(length - 1) + "…"
  }
}

extension NoticeEvent {
  fileprivate func inWords(_ count: Int) -> String {
    let one = count == 1
    return switch self {
    case .rotation: one ? "rotation" : "rotations"
    case .deactivation: one ? "deactivation" : "deactivations"
    case .deletion: one ? "deletion" : "deletions"
    case .hold: one ? "key still in use" : "keys still in use"
    case .block: one ? "matter for somebody to act on" : "matters for somebody to act on"
    case .failure: one ? "failure" : "failures"
    case .overdueSoon: one ? "key soon overdue" : "keys soon overdue"
    case .test: one ? "test" : "tests"
    }
  }
}
