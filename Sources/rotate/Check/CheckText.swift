internal import Reports

/// The checks for people: what, how it stands, what to do.
struct CheckText {
  private static let results = 9
  private let report: CheckReport
  private let style: TextStyle

  init(_ report: CheckReport, style: TextStyle) {
    self.report = report
    self.style = style
  }

  var text: String {
    let subjects = report.checks.map(\.subject.count).max() ?? 0
    let indent = Self.results + subjects + 2
    // What is well scrolls away first: what isn't stands by the prompt, the worst last.
    let parts = [CheckLine.Result.ok, .unknown, .act, .failed].map { result in
      report.checks.filter { $0.result == result }.map { line($0, indent) }.joined()
    }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
      + style.paint(style.wrap(report.summary, indent: 2), colour(of: report.exitCode)) + "\n"
  }

  private func line(_ check: CheckLine, _ indent: Int) -> String {
    let (word, colour): (String, TextStyle.Colour) =
      switch check.result {
      case .ok: ("ok", .green)
      case .unknown: ("unknown", .dim)
      case .act: ("ACT", .yellow)
      case .failed: ("FAILED", .red)
      }
    let code = check.result == .ok ? "" : " [\(check.code)]"
    let space = String(repeating: " ", count: indent)
    let head =
      style.paint(word, colour) + space.prefix(Self.results - word.count)
      + check.subject + space.prefix(indent - Self.results - check.subject.count)
    var text =
      head + style.paint(style.wrap(check.message + code, first: indent, indent: indent), nil)
      + "\n"
    if let remedy = check.remedy {
      let advice = style.wrap("what to do: \(remedy)", first: indent, indent: indent)
      text += space + style.paint(advice, .dim) + "\n"
    }
    return text
  }

  private func colour(of exitCode: Int32) -> TextStyle.Colour {
    exitCode == 0 ? .green : exitCode == 1 ? .red : .yellow
  }
}

enum CheckWords {
  /// `a, b, c and 4 more`.
  static func list(_ names: [String], longest: Int = 5) -> String {
    let shown = names.prefix(longest).joined(separator: ", ")
    return names.count > longest ? "\(shown) and \(names.count - longest) more" : shown
  }

  /// `1 user`, `3 users`.
  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
