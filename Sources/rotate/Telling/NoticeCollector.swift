internal import Reports
internal import Configuration
internal import RotationExecutor
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// Finds out of what a run did and found whatever somebody should be told.
struct NoticeCollector {
  let warnBefore: Duration

  func notices(
    _ outcome: UserOutcome, maxKeyAge: Duration?, owner: String?
  ) -> [Notice] {
    var result = outcome.done.filter { $0.result == .done }.compactMap { done(outcome, $0) }
    result += outcome.findings.compactMap { Self.notice($0, of: outcome.user) }
    if let maxKeyAge { result += overdueSoon(outcome, maxKeyAge) }
    return result.map { notice in
      var notice = notice
      notice.owner = owner
      return notice
    }
  }

  /// What isn't about one user that could be looked at.
  func notices(_ findings: [Finding]) -> [Notice] {
    findings.compactMap { Self.notice($0, of: nil) }
  }

  // MARK: What was done

  private func done(_ outcome: UserOutcome, _ done: UserOutcome.DoneStep) -> Notice? {
    let event: NoticeEvent
    switch done.planned.step.keyChange {
    case .publication: event = .rotation
    case .deactivation: event = .deactivation
    case .deletion: event = .deletion
    case nil: return nil
    }
    let step = StepReport(done)
    let ids = [step.newAccessKeyId].compactMap { $0 } + step.accessKeyIds
    var text = "because \(step.reason)"
    for row in (outcome.after?.keys ?? []) where ids.contains(row.key.id.rawValue) {
      guard let next = row.next else { continue }
      text += "; \(row.key.id.tail) is \(row.role.rawValue), next: \(next.action.rawValue)"
      text += next.at.map { " \($0.inWords)" } ?? ""
    }
    return Notice(
      event: event, severity: .notice, code: step.action, user: outcome.user,
      title: KeyTails.shorten("\(outcome.user): \(step.text)"), text: KeyTails.shorten(text),
      keys: ids.map { KeyTails.tail($0) }, requestId: step.requestId)
  }

  // MARK: What goes on

  private static func notice(_ finding: Finding, of user: String?) -> Notice? {
    let event: NoticeEvent
    switch (finding.code, finding.severity) {
    case (.stillInUse, _): event = .hold
    case (_, .notice): return nil
    case (_, .act): event = .block
    case (_, .failed): event = .failure
    }
    let keys = KeyTails.found(in: finding.message)
    let severity = finding.severity.reported
    // Numbers of requests and hours change from run to run; the state they speak of doesn't.
    let what = finding.code == .callFailed ? finding.message.prefix { $0 != ":" } : ""
    return Notice(
      event: event, severity: severity, code: finding.code.rawValue, user: user,
      title: KeyTails.shorten((user.map { "\($0): " } ?? "") + finding.message), text: "",
      remedy: finding.remedy.map { remedy($0, of: user) }, keys: keys,
      topic: topic(
        user, [event.rawValue, severity.rawValue, finding.code.rawValue, "\(what)"] + keys))
  }

  /// A command can't be used with the tail of an id, so it is said where the whole one stands.
  private static func remedy(_ remedy: String, of user: String?) -> String {
    let short = KeyTails.shorten(remedy)
    guard short != remedy else { return remedy }
    return short + "; the whole ids: `rotate status" + (user.map { " --user \($0)`" } ?? "`")
  }

  private static func topic(_ user: String?, _ parts: [String]) -> String {
    ([user ?? ""] + parts).joined(separator: "|")
  }

  /// Keys that will be older than the policy allows, unless what is planned comes before that.
  private func overdueSoon(_ outcome: UserOutcome, _ maxKeyAge: Duration) -> [Notice] {
    guard let plan = outcome.after ?? outcome.plan, let now = outcome.at else { return [] }
    return plan.keys.compactMap { row in
      let overdue = row.key.createdAt + maxKeyAge
      guard row.key.status == .active, row.role == .published || row.role == .retiring,
        now < overdue, overdue - now <= warnBefore, !isPrevented(row.next, by: overdue, now)
      else { return nil }
      let tail = row.key.id.tail
      return Notice(
        event: .overdueSoon, severity: .act, code: FindingCode.overdueSoon.rawValue,
        user: outcome.user,
        title: "\(outcome.user): \(tail) will be older than the policy allows from "
          + "\(overdue.inWords) on",
        text: KeyTails.shorten("\(row.role.rawValue); \(row.reason)"),
        remedy: "see what keeps it: `rotate status --user \(outcome.user)`", keys: [tail],
        topic: Self.topic(outcome.user, [NoticeEvent.overdueSoon.rawValue, tail]))
    }
  }

  private func isPrevented(_ next: Upcoming?, by overdue: Date, _ now: Date) -> Bool {
    guard let next, let at = next.at, next.action != .recheck else { return false }
    return at > now && at <= overdue
  }
}

extension Finding.Severity {
  fileprivate var reported: FindingReport.Severity {
    switch self {
    case .notice: .notice
    case .act: .act
    case .failed: .failed
    }
  }
}
