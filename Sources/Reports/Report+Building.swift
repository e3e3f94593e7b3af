package import RotationExecutor
package import RotationPlanner
internal import struct FoundationEssentials.Date

extension Report {
  /// `detailed`: a dry run with something due ends with 3.
  package init(
    mode: Mode, version: String, runId: String?, outcomes: [UserOutcome], findings: [Finding] = [],
    detailed: Bool = false
  ) {
    self.version = version
    self.mode = mode
    self.runId = runId
    at = outcomes.compactMap(\.at).max()
    users = outcomes.map { UserReport($0, mode) }
    self.findings = findings.map { FindingReport($0) }
    counts = Counts()
    counts.users = users.count
    counts.changed = users.count { $0.steps.contains { $0.result == .done } }
    counts.due = users.count { $0.steps.contains { $0.result == .due } }
    counts.attention = users.count { $0.findings.contains { $0.severity == .act } }
    counts.failed = users.count { $0.findings.contains { $0.severity == .failed } }
    let severities = (self.findings + users.flatMap(\.findings)).map(\.severity)
    exitCode =
      severities.contains(.failed)
      ? 1 : severities.contains(.act) ? 2 : detailed && counts.due > 0 ? 3 : 0
    summary = ""
    summary = summarised()
  }

  /// One line that is enough for whoever reads only the last.
  private func summarised() -> String {
    if let user = users.first, users.count == 1, findings.isEmpty {
      return "\(user.user): \(user.summary)"
    }
    guard !users.isEmpty else { return "nothing was changed" }
    let quiet = users.count {
      $0.steps.isEmpty && !$0.findings.contains { $0.severity != .notice }
    }
    let parts = [
      (counts.changed, "changed"), (counts.due, mode == .dryRun ? "would change" : "due"),
      (counts.attention, counts.attention == 1 ? "needs somebody to act" : "need somebody to act"),
      (counts.failed, "failed"), (quiet, "with nothing to do"),
    ].filter { $0.0 > 0 }.map { quiet == users.count ? "nothing to do" : "\($0.0) \($0.1)" }
    let people = "\(users.count) \(users.count == 1 ? "user" : "users")"
    let others =
      findings.isEmpty
      ? "" : "; \(findings.count) \(findings.count == 1 ? "problem" : "problems") beyond that"
    return people + (parts.isEmpty ? "" : ": ") + parts.joined(separator: ", ") + others
      + (mode == .dryRun ? "; nothing was changed (dry run)" : "") + nextInWords
  }

  private var nextInWords: String {
    let coming = users.compactMap { user in user.next?.at.map { (user, $0) } }
    guard let (user, date) = coming.min(by: { $0.1 < $1.1 }), let next = user.next else {
      return ""
    }
    let isDue = at.map { date <= $0 } ?? false
    return "; next: \(next.action) \(user.user) \(isDue ? "now" : date.inWords)"
  }
}

extension UserReport {
  fileprivate init(_ outcome: UserOutcome, _ mode: Report.Mode) {
    let plan = outcome.after ?? outcome.plan
    user = outcome.user
    keys = (plan?.keys ?? []).map { KeyReport($0, at: outcome.at) }
    steps =
      mode == .run
      ? outcome.done.map { StepReport($0) }
      : (outcome.plan?.steps ?? []).map { StepReport($0, result: .due) }
    findings = outcome.findings.map { FindingReport($0) }
    next = plan?.next.map { NextReport($0) }
    policy = outcome.policy.map { PolicyReport($0) }
    session = plan?.session.map {
      SessionReport(expiresAt: $0.expiresAt, renewAt: $0.renewAt)
    }
    paused = plan?.pause.map {
      PauseReport(since: $0.since, until: $0.until, reason: $0.reason, by: $0.by)
    }
    summary = ""
    summary = summarised(plan, mode, outcome.at)
  }

  private func summarised(_ plan: Plan?, _ mode: Report.Mode, _ now: Date?) -> String {
    let done = steps.filter { $0.result == .done }.map(\.verb)
    let due = steps.count { $0.result == .due }
    var parts: [String] = []
    if !done.isEmpty { parts.append(done.joined(separator: ", ")) }
    if due > 0 { parts.append("\(due) \(due == 1 ? "step is" : "steps are") due") }
    if findings.contains(where: { $0.severity == .failed }) {
      parts.append("something failed, see above")
    } else if findings.contains(where: { $0.severity == .act }) {
      parts.append("somebody must act, see above")
    } else if steps.isEmpty {
      guard !findings.isEmpty else { return plan?.summary ?? "nothing to do" }
      parts.append("nothing to do now, see above")
    }
    if mode == .dryRun { parts.append("nothing was changed (dry run)") }
    if mode == .run, let next, let date = next.at {
      let isDue = now.map { date <= $0 } ?? false
      parts.append("next: \(next.action) \(isDue ? "at the next run" : date.inWords)")
    }
    return parts.joined(separator: "; ")
  }
}

extension KeyReport {
  fileprivate init(_ plan: KeyPlan, at now: Date?) {
    accessKeyId = plan.key.id.rawValue
    createdAt = plan.key.createdAt
    ageDays = now.map { Int(max(0, ($0 - plan.key.createdAt).inSeconds) / 86400) }
    status =
      switch plan.key.status {
      case .active: "Active"
      case .inactive: "Inactive"
      case .expired: "Expired"
      case .other(let name): name
      }
    role = plan.role.rawValue
    next = plan.next.map { NextReport($0) }
    reason = plan.reason
    let dates = plan.dates
    publishedAt = dates.publishedAt
    supersededAt = dates.supersededAt
    deactivatedAt = dates.deactivatedAt
    lastUsed = dates.lastUsed.flatMap { use in
      use.at.map { UseReport(at: $0, service: use.service, region: use.region) }
    }
    dueAt = dates.dueAt
    overdueAt = dates.overdueAt
    graceEndsAt = dates.graceEndsAt
    soakEndsAt = dates.soakEndsAt
  }
}

extension PolicyReport {
  fileprivate init(_ policy: Policy) {
    rotateEvery = policy.rotateEvery.inSeconds
    gracePeriod = policy.gracePeriod.inSeconds
    quietPeriod = policy.quietPeriod.inSeconds
    soakPeriod = policy.soakPeriod.inSeconds
    maxKeyAge = policy.maxKeyAge.inSeconds
  }
}

extension NextReport {
  fileprivate init(_ upcoming: Upcoming) {
    action = upcoming.action.rawValue
    at = upcoming.at
  }
}

extension FindingReport {
  fileprivate init(_ finding: Finding) {
    code = finding.code.rawValue
    severity =
      switch finding.severity {
      case .notice: .notice
      case .act: .act
      case .failed: .failed
      }
    message = finding.message
    remedy = finding.remedy
  }
}
