internal import FoundationEssentials
internal import LibCrypto
internal import RotationPlanner

/// The report as one page that needs nothing else: no request leaves it, and no script runs but
/// its own, whose hash the page's policy names.
package struct HTMLReport {
  let report: Report
  let scale: TimelineScale?

  package init(_ report: Report) {
    self.report = report
    scale = TimelineScale(report)
  }

  package var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="\(Self.contentSecurityPolicy)">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <meta name="robots" content="noindex">
    <title>\(HTMLText.escaped(title))</title>
    <style>\(Self.style)</style>
    </head>
    <body>
    \(header)
    <main>
    \([attention, keys, users].filter { !$0.isEmpty }.joined(separator: "\n"))
    </main>
    \(footer)
    <script>\(Self.script)</script>
    </body>
    </html>

    """
  }

  // Files of their own, for editors and linters; the build embeds them into the binary.
  private static let style = String(decoding: PackageResources.report_css, as: UTF8.self)
  private static let script = String(decoding: PackageResources.report_js, as: UTF8.self)

  private static let contentSecurityPolicy =
    "default-src 'none'; style-src '\(hash(style))'; "
    + "script-src '\(hash(script))'; base-uri 'none'; form-action 'none'"

  private static func hash(_ text: String) -> String {
    let digest = SHA256.digest(of: Array(text.utf8).span)
    return "sha256-" + Data(digest.indices.map { digest[$0] }).base64EncodedString()
  }

  // MARK: Head and foot

  private var title: String {
    report.mode.title + (report.at.map { ", \($0.inWords)" } ?? "")
  }

  private var header: String {
    let facts: [(String, String?)] = [
      ("Account", report.account.map(HTMLText.escaped)),
      ("Region", report.region.map(HTMLText.escaped)), ("As of", report.at.map(HTMLText.time)),
      ("Users", "\(report.counts.users)"), ("Changed", counted(report.counts.changed)),
      ("Due", counted(report.counts.due)), ("To act on", counted(report.counts.attention)),
      ("Failed", counted(report.counts.failed)), ("Exit code", "\(report.exitCode)"),
    ]
    let list = facts.compactMap { name, value in
      value.map { "<div><dt>\(name)</dt><dd>\($0)</dd></div>" }
    }
    return """
      <header>
      <p class="kind"><b>rotate</b>, \(report.mode.words)</p>
      <h1>\(HTMLText.escaped(headline))</h1>
      \(lead.isEmpty ? "" : "<p class=\"lead\">\(lead)</p>\n")<dl class="facts">
      \(list.joined(separator: "\n"))
      </dl>
      </header>
      """
  }

  private func counted(_ count: Int) -> String? { count == 0 ? nil : "\(count)" }

  /// The worst first: whoever reads only this knows whether to read on.
  private var headline: String {
    let (counts, general) = (report.counts, report.findings.map(\.severity))
    if let one = report.users.first?.user, report.users.count == 1, general.isEmpty {
      if counts.failed > 0 { return "\(one) could not be handled" }
      if counts.attention > 0 { return "\(one) needs somebody to act" }
      return one
        + (counts.changed > 0 ? " was changed" : counts.due > 0 ? " is due" : ": nothing to do")
    }
    var parts: [String] = []
    func say(_ count: Int, _ one: String, _ many: String) {
      guard count > 0 else { return }
      let who = parts.isEmpty ? "\(count) of \(counts.users) users" : "\(count)"
      parts.append("\(who) \(count == 1 ? one : many)")
    }
    say(counts.failed, "could not be handled", "could not be handled")
    say(counts.attention, "needs somebody to act", "need somebody to act")
    if parts.isEmpty, general.contains(.failed) { return "Something failed" }
    if parts.isEmpty, general.contains(.act) { return "Somebody must act" }
    if parts.isEmpty { say(counts.changed, "was changed", "were changed") }
    if parts.isEmpty { say(counts.due, "is due", "are due") }
    return parts.isEmpty ? "Nothing to do" : parts.joined(separator: ", ")
  }

  private var lead: String {
    var sentences: [String] = []
    if report.mode == .dryRun { sentences.append("Nothing was changed: this is a dry run.") }
    let coming = report.users.compactMap { user in user.next?.at.map { (user, $0) } }
    if let now = report.at, let (user, date) = coming.min(by: { $0.1 < $1.1 }),
      let next = user.next
    {
      sentences.append(
        "Next: \(HTMLText.escaped(next.action)) a key of \(HTMLText.escaped(user.user)), "
          + (date <= now
            ? "now." : "\(HTMLText.time(date)), \(HTMLText.distance(date, from: now))."))
    }
    return sentences.joined(separator: " ")
  }

  private var footer: String {
    let run = report.runId.map { "Run <code>\(HTMLText.escaped($0))</code>. " } ?? ""
    return """
      <footer><p>\(run)Times are UTC and AWS’s own. Written by rotate \
      \(HTMLText.escaped(report.version)). This page holds no secret.</p></footer>
      """
  }

  // MARK: What needs somebody

  /// What isn't about one user stands here alone; of many users, those that need somebody are
  /// named here and explained below.
  private var attention: String {
    var entries = report.findings.map { note($0) }
    if report.users.count > 1 {
      let urgent = report.users.enumerated().compactMap { index, user in
        user.findings.first.map { (index, user, $0) }
      }.filter { $0.2.severity != .notice }
      let sorted =
        urgent.filter { $0.2.severity == .failed } + urgent.filter { $0.2.severity == .act }
      for (index, user, worst) in sorted {
        entries.append(
          "<li class=\"\(worst.severity.rawValue)\"><span class=\"word\">\(worst.severity.word)"
            + "</span> <a href=\"#u\(index + 1)\">\(HTMLText.escaped(user.user))</a>: "
            + "\(HTMLText.sentence(worst.message))</li>")
      }
    }
    guard !entries.isEmpty else { return "" }
    return """
      <section aria-labelledby="attention">
      <h2 id="attention">Needs attention</h2>
      <ul class="notes">
      \(entries.joined(separator: "\n"))
      </ul>
      </section>
      """
  }

  func note(_ finding: FindingReport) -> String {
    let remedy = finding.remedy.map {
      "<br><span class=\"more\">What to do:</span> \(HTMLText.sentence($0))"
    }
    return "<li class=\"\(finding.severity.rawValue)\"><span class=\"word\">"
      + "\(finding.severity.word)</span> \(HTMLText.sentence(finding.message)) "
      + "<span class=\"more code\">(<code>\(HTMLText.escaped(finding.code))</code>)</span>"
      + "\(remedy ?? "")</li>"
  }
}

extension Report.Mode {
  fileprivate var words: String {
    switch self {
    case .run: "a run"
    case .dryRun: "a dry run"
    case .status: "status"
    }
  }
}

extension FindingReport.Severity {
  /// For people.
  package var word: String {
    switch self {
    case .notice: "note"
    case .act: "act"
    case .failed: "failed"
    }
  }
}
