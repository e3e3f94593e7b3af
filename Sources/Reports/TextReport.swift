internal import RotationPlanner

/// The report for people: a table of keys, what was done or is due, what somebody should know, and
/// one line that sums it up.
package struct TextReport {
  private let report: Report
  private let style: TextStyle

  package init(_ report: Report, style: TextStyle) {
    self.report = report
    self.style = style
  }

  package var text: String {
    let parts = [keys, sessions, steps, findings, summary].filter { !$0.isEmpty }
    return parts.joined(separator: "\n")
  }

  // MARK: Keys

  private var keys: String {
    var table = TextTable(
      header: ["USER", "KEY", "AGE", "STATE", "NEXT STEP", "DATE"], rightAligned: [2],
      givingWay: [4, 1])
    for user in report.users {
      for key in user.keys { table.rows.append(row(key, of: user)) }
      guard user.keys.isEmpty else { continue }
      let step = user.steps.first
      var cells: [TextTable.Cell] = [
        user.user, "-", "-", "-", step?.action ?? "-", step?.result == .due ? "now" : "-",
      ].map { .init($0) }
      if user.isUnreadable { cells[3] = .init(UserReport.unreadable, .red) }
      table.rows.append(.init(cells: cells, sentence: user.withoutKeys))
    }
    return table.rows.isEmpty ? "" : table.render(style)
  }

  private func row(_ key: KeyReport, of user: UserReport) -> TextTable.Row {
    let isDue = key.next?.at.flatMap { date in report.at.map { date <= $0 } } ?? false
    let cells: [TextTable.Cell] = [
      .init(user.user), .init(key.accessKeyId),
      .init(key.ageDays.map { $0 == 0 ? "<1 d" : "\($0) d" } ?? "?"),
      .init(key.status, key.status == "Active" ? nil : .dim),
      .init(key.next?.action ?? "-", isDue ? .yellow : nil),
      .init(key.next.map { $0.at.map { isDue ? "now" : $0.inWords } ?? "-" } ?? "-"),
    ]
    return TextTable.Row(
      cells: cells, bar: { bar(key, user.policy, $0) }, sentence: "\(key.role); \(key.reason)")
  }

  private func bar(_ key: KeyReport, _ policy: PolicyReport?, _ width: Int) -> TextTable.Cell? {
    let room = style.usesUnicode ? width : width - 2
    guard let bar = key.ageBar(policy, at: report.at, width: room) else { return nil }
    let text = bar.text(unicode: style.usesUnicode)
    let colour: TextStyle.Colour? =
      key.role != "published"
      ? .dim : bar.isOverdue ? .red : bar.isDue || key.status != "Active" ? .yellow : .green
    return TextTable.Cell(style.usesUnicode ? text : "[\(text)]", colour)
  }

  // MARK: Sessions

  private var sessions: String {
    report.users.map { user in
      guard let session = user.session else { return "" }
      let colour: TextStyle.Colour? = session.isOver(at: report.at) ? .yellow : nil
      return line("session", colour, "\(user.user): \(session.inWords(at: report.at))", nil)
    }.joined()
  }

  // MARK: Steps

  private var steps: String {
    var lines: [String] = []
    for user in report.users {
      for step in user.steps {
        let (word, colour): (String, TextStyle.Colour) =
          switch step.result {
          case .due: ("due", .yellow)
          case .done: ("done", .green)
          case .failed: ("FAILED", .red)
          case .notReached: ("not done", .yellow)
          }
        let request = step.requestId.map { " (request \($0))" } ?? ""
        lines.append(
          line(
            word, colour, "\(user.user): \(step.text)\(request)", "because \(step.reason)"))
      }
    }
    return lines.joined()
  }

  // MARK: Findings

  private var findings: String {
    var lines = report.findings.map { line($0, of: nil) }
    for user in report.users { lines += user.findings.map { line($0, of: user.user) } }
    return lines.joined()
  }

  private func line(_ finding: FindingReport, of user: String?) -> String {
    let (word, colour): (String, TextStyle.Colour?) =
      switch finding.severity {
      case .notice: ("note", nil)
      case .act: ("ACT", .yellow)
      case .failed: ("FAILED", .red)
      }
    return line(
      word, colour, (user.map { "\($0): " } ?? "") + "\(finding.message) [\(finding.code)]",
      finding.remedy.map { "what to do: \($0)" })
  }

  /// `FAILED    what happened`, and below it what belongs to it.
  private func line(
    _ word: String, _ colour: TextStyle.Colour?, _ text: String, _ second: String?
  ) -> String {
    let indent = 10
    let space = String(repeating: " ", count: indent)
    var line = style.paint(word, colour) + space.dropFirst(word.count)
    line += style.paint(style.wrap(text, first: indent, indent: indent), nil) + "\n"
    if let second {
      line += space + style.paint(style.wrap(second, first: indent, indent: indent), .dim) + "\n"
    }
    return line
  }

  private var summary: String {
    let colour: TextStyle.Colour =
      switch report.exitCode {
      case 0: .green
      case 1: .red
      default: .yellow
      }
    return style.paint(style.wrap(report.summary, indent: 2), colour) + "\n"
  }
}
