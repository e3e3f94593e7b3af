internal import RotationPlanner

/// The report for a ticket or a chat: tables and lists in GitHub's Markdown.
package struct MarkdownReport {
  private let report: Report

  package init(_ report: Report) { self.report = report }

  package var text: String {
    let title =
      switch report.mode {
      case .run: "rotate"
      case .dryRun: "rotate: dry run"
      case .status: "rotate: status"
      }
    let parts = [
      "## \(title)" + (report.at.map { ", \($0.inWords)" } ?? ""),
      "**\(escaped(report.summary))**", keys, steps, findings,
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private var keys: String {
    var lines = [
      "| User | Key | Age | State | Role | Next step | Date | Reason |",
      "|---|---|--:|---|---|---|---|---|",
    ]
    for user in report.users {
      for key in user.keys {
        let cells = [
          user.user, "`\(key.accessKeyId)`", key.ageDays.map { "\($0) d" } ?? "", key.status,
          key.role, key.next?.action ?? "", key.next?.at?.inWords ?? "", key.reason,
        ]
        lines.append("| " + cells.map(escaped).joined(separator: " | ") + " |")
      }
    }
    return lines.count > 2 ? lines.joined(separator: "\n") : ""
  }

  private var steps: String {
    report.users.flatMap { user in
      user.steps.map { step in
        let word = step.result == .notReached ? "not done" : step.result.rawValue
        let request = step.requestId.map { " (request `\($0)`)" } ?? ""
        return "- **\(word)** \(escaped("\(user.user): \(step.text)"))\(request), because "
          + escaped(step.reason)
      }
    }.joined(separator: "\n")
  }

  private var findings: String {
    let all =
      report.findings.map { (nil as String?, $0) }
      + report.users.flatMap { user in user.findings.map { (user.user, $0) } }
    return all.map { user, finding in
      let remedy = finding.remedy.map { " What to do: \(escaped($0))" } ?? ""
      return "- **\(finding.severity.rawValue)** " + escaped(user.map { "\($0): " } ?? "")
        + "\(escaped(finding.message)) (`\(finding.code)`).\(remedy)"
    }.joined(separator: "\n")
  }

  /// Neither a table's cell nor a tag can be closed or opened by what AWS or a person wrote.
  private func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "|": result += "\\|"
      case "<": result += "&lt;"
      case "\n": result += " "
      default: result.append(character)
      }
    }
  }
}
