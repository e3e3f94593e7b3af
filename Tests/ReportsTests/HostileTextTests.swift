import Foundation
import RotationExecutor
import RotationPlanner
import Testing
import Reports

/// User names and servers' messages come from outside. No form lets them do anything.
@Suite("Hostile text in reports")
struct HostileTextTests {
  private static let hostile =
    "x</title></script><script>alert(1)</script><img src=http://e.example/ onerror='a()'>\"&amp;|"
    + "\n| a | b |\n# h\n](http://e.example) ![i](x) **b** @all $x$ `c` \u{202E}r\u{1B}[2J ~~s~~ <!--"

  private static var report: Report {
    var outcome = ReportTests.rotated
    outcome.user = hostile
    outcome.failures = [Finding(code: "call-failed", .failed, hostile, remedy: hostile)]
    outcome.done[0].requestId = hostile
    outcome.done[0].planned.reason = hostile
    outcome.after?.keys[0].reason = hostile
    outcome.after?.keys[0].key.id = AccessKeyID(hostile)
    outcome.after?.keys[0].key.status = .other(hostile)
    outcome.after?.keys[0].role = .unknown
    var report = Report(
      mode: .run, version: hostile, runId: hostile, outcomes: [outcome, ReportTests.idle],
      findings: [Finding(code: "notify-refused", .act, hostile, remedy: hostile)])
    for index in report.findings.indices { report.findings[index].code = hostile }
    for index in report.users[0].findings.indices { report.users[0].findings[index].code = hostile }
    report.account = hostile
    report.region = hostile
    return report
  }

  @Test func html() {
    let text = HTMLReport(Self.report).text
    let plain = HTMLReport(
      Report(mode: .run, version: "0", runId: nil, outcomes: [ReportTests.rotated])
    ).text
    // One of each, as in a report in which nobody is hostile.
    for tag in ["<script", "<style", "<title", "<body", "<meta"] {
      let count =
        plain.ranges(of: tag).count - (tag == "<title" ? plain.ranges(of: "<title>").count - 1 : 0)
      let found =
        text.ranges(of: tag).count - (tag == "<title" ? text.ranges(of: "<title>").count - 1 : 0)
      #expect(found == count, "\(tag)")
    }
    #expect(!text.contains("<img") && !text.contains("<!--") && !text.contains("'a()'"))
    #expect(!text.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{1B}" })
    #expect(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(text.contains("&quot;&amp;amp;|"))
  }

  /// To a program it is the same text; nothing in it can drive or mislead what shows it.
  @Test func json() throws {
    let text = JSONReport.text(Self.report)
    let isHarmless = text.unicodeScalars.allSatisfy { scalar in
      scalar == "\n"
        || scalar.properties.generalCategory != .control
          && scalar.properties.generalCategory != .format
    }
    #expect(isHarmless && text.contains("\\u202e"))
    let read = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    #expect(read?["runId"] as? String == Self.hostile)
  }

  @Test func markdownKeepsItsTable() {
    let text = MarkdownReport(Self.report).text
    for line in text.split(separator: "\n") where line.hasPrefix("|") {
      let bare = line.replacing("\\|", with: "")
      #expect(bare.count { $0 == "|" } == 9, "\(line)")
    }
    #expect(text.split(separator: "\n").filter { $0.hasPrefix("#") }.count == 4)
    #expect(!text.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{1B}" })
  }

  @Test(arguments: [
    ("a*b_c", "a\\*b\\_c"), ("a `code*` b", "a `code*` b"), ("odd ` one", "odd \\` one"),
    ("<b>&", "&lt;b&gt;&amp;"), ("ask me@example.com now", "ask `me@example.com` now"),
    ("see https://e.example/x_y", "see `https://e.example/x_y`"), ("a|b", "a\\|b"),
    ("`a|b`", "`a\\|b`"), ("cost $5 #3 ~x~", "cost \\$5 \\#3 \\~x\\~"),
  ])
  func markdownText(_ text: String, _ expected: String) {
    var outcome = ReportTests.idle
    outcome.plan?.keys[0].reason = text
    outcome.after = outcome.plan
    let report = MarkdownReport(Report(mode: .run, version: "0", runId: nil, outcomes: [outcome]))
    #expect(report.text.contains("| \(expected) |\n"))
  }
}
