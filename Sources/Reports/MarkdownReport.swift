internal import RotationPlanner

/// The report for a ticket or a chat, in GitHub's Markdown: what somebody has to know first, the
/// table of keys last.
package struct MarkdownReport {
  private let report: Report

  package init(_ report: Report) { self.report = report }

  package var text: String {
    let title = "## \(report.mode.title)" + (report.at.map { ", \($0.inWords)" } ?? "")
    let parts = [
      title, "**\(MarkdownText.escaped(summary))**", Self.section("Findings", findings),
      Self.section("Steps", steps), Self.section("MFA sessions", sessions),
      Self.section("Keys", keys), origin,
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private static func section(_ heading: String, _ text: String) -> String {
    text.isEmpty ? "" : "### \(heading)\n\n\(text)"
  }

  /// The text form's last line points to what stands above it; here it stands below.
  private var summary: String { report.summary.replacing(", see above", with: "") }

  // MARK: Lists

  private var findings: String {
    let all =
      report.findings.map { (nil as String?, $0) }
      + report.users.flatMap { user in user.findings.map { (user.user, $0) } }
    let sorted = [FindingReport.Severity.failed, .act, .notice].flatMap { severity in
      all.filter { $0.1.severity == severity }
    }
    return sorted.map { user, finding in
      let remedy = finding.remedy.map { "\n  - What to do: \(MarkdownText.escaped($0))" } ?? ""
      return "- **\(finding.severity.word)** " + (user.map { "\(MarkdownText.code($0)): " } ?? "")
        + "\(MarkdownText.escaped(finding.message)) (\(MarkdownText.code(finding.code)))\(remedy)"
    }.joined(separator: "\n")
  }

  private var steps: String {
    report.users.flatMap { user in
      user.steps.map { step in
        let request = step.requestId.map { " (request \(MarkdownText.code($0)))" } ?? ""
        return "- **\(step.result.word)** \(MarkdownText.code(user.user)): "
          + "\(MarkdownText.escaped(step.text))\(request)\n  - because "
          + MarkdownText.escaped(step.reason)
      }
    }.joined(separator: "\n")
  }

  private var sessions: String {
    report.users.compactMap { user in
      user.session.map {
        "- \(MarkdownText.code(user.user)): \(MarkdownText.escaped($0.inWords(at: report.at)))"
      }
    }.joined(separator: "\n")
  }

  // MARK: The table

  private var keys: String {
    var lines = [
      "| User | Key | Age | State | Role | Next step | Date | Reason |",
      "|---|---|--:|---|---|---|---|---|",
    ]
    for user in report.users {
      for key in user.keys {
        let isDue = key.next?.at.flatMap { date in report.at.map { date <= $0 } } ?? false
        let cells = [
          MarkdownText.code(user.user), MarkdownText.code(key.accessKeyId), age(key, user.policy),
          MarkdownText.escaped(key.status), key.role, key.next?.action ?? "",
          key.next?.at.map { isDue ? "now" : $0.inWords } ?? "", MarkdownText.escaped(key.reason),
        ]
        lines.append("| " + cells.joined(separator: " | ") + " |")
      }
      guard user.keys.isEmpty else { continue }
      let cells = [
        MarkdownText.code(user.user), "", "", user.isUnreadable ? UserReport.unreadable : "", "",
        user.steps.first?.action ?? "", user.steps.first?.result == .due ? "now" : "",
        MarkdownText.escaped(user.withoutKeys),
      ]
      lines.append("| " + cells.joined(separator: " | ") + " |")
    }
    return lines.count > 2 ? lines.joined(separator: "\n") : ""
  }

  private func age(_ key: KeyReport, _ policy: PolicyReport?) -> String {
    guard let days = key.ageDays else { return "" }
    let limit = policy.map { " of \(Duration.seconds($0.maxKeyAge).inWords)" } ?? " d"
    return key.role == "published" ? "\(days)\(limit)" : "\(days) d"
  }

  /// So that whoever finds it in a ticket knows where it came from.
  private var origin: String {
    let parts = [
      report.account.map { "account \(MarkdownText.code($0))" },
      report.region.map { "region \(MarkdownText.code($0))" },
      report.runId.map { "run \(MarkdownText.code($0))" },
      "exit code \(report.exitCode)", "rotate \(MarkdownText.escaped(report.version))",
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}

extension Report.Mode {
  /// For a heading.
  var title: String {
    switch self {
    case .run: "rotate"
    case .dryRun: "rotate: dry run"
    case .status: "rotate: status"
    }
  }
}

extension StepReport.Result {
  /// For people.
  var word: String {
    switch self {
    case .due: "due"
    case .done: "done"
    case .failed: "failed"
    case .notReached: "not done"
    }
  }
}
