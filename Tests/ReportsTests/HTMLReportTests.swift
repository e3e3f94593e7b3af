import FoundationEssentials
import RotationExecutor
import RotationPlanner
import Testing
import Reports

/// The page as text. What a browser makes of it is tested in one: Tests/EndToEnd/test_browser.py.
@Suite("The HTML form")
struct HTMLReportTests {
  private func page(_ outcomes: [UserOutcome], _ mode: Report.Mode = .status) -> String {
    HTMLReport(Report(mode: mode, version: "0.1.0", runId: nil, outcomes: outcomes)).text
  }

  @Test(arguments: [
    ([ReportTests.idle], Report.Mode.run, "ci-runner: nothing to do"),
    ([ReportTests.due], .dryRun, "deployer is due"),
    ([ReportTests.rotated], .run, "deployer was changed"),
    ([ReportTests.failed], .run, "zappa could not be handled"),
    ([ReportTests.failed, ReportTests.idle], .run, "1 of 2 users could not be handled"),
    ([ReportTests.rotated, ReportTests.idle], .run, "1 of 2 users was changed"),
    ([ReportTests.due, ReportTests.idle], .status, "1 of 2 users is due"),
    ([ReportTests.idle, ReportTests.idle], .status, "Nothing to do"),
    ([], .run, "Nothing to do"),
  ])
  func headline(_ outcomes: [UserOutcome], _ mode: Report.Mode, _ expected: String) {
    #expect(page(outcomes, mode).contains("<h1>\(expected)</h1>"))
  }

  @Test func drawnToScale() throws {
    let page = page([ReportTests.rotated])
    let place = { (shape: Regex<(Substring, Substring)>) in
      try Double(#require(page.firstMatch(of: shape)).output.1)
    }
    // From the creation, 91 days ago, to what is latest planned, 98 days ahead.
    let now = try #require(try place(#/class="now" x1="([0-9.]+)%"/#))
    let created = try #require(
      try place(#/x="([0-9.]+)%" y="[0-9]+"><g class="mark created"/#))
    let due = try #require(
      try place(#/x="([0-9.]+)%" y="[0-9]+"><g class="mark due planned"/#))
    // The first is of the key that retires; a closer drawing of that one follows.
    let deleted = page.matches(
      of: #/x="([0-9.]+)%" y="[0-9]+"><g class="mark deleted planned"/#)
    try #require(deleted.count == 3)
    let last = try #require(Double(deleted[1].output.1))
    #expect(abs((due - now) / (now - created) - 90.0 / 91) < 0.01)
    #expect(abs((last - now) / (now - created) - 98.0 / 91) < 0.01)
  }

  @Test func aVeryOldKeyDoesNotSqueezeTheOthers() {
    var outcome = ReportTests.rotated
    outcome.after?.keys[0].key.createdAt = ReportTests.now + .days(-4000)
    let page = page([outcome])
    #expect(page.contains("class=\"older\""))
    #expect(
      page.contains(
        "<time datetime=\"2015-01-19T10:00:00Z\"><span class=\"day\">2015-01-19</span> 10:00Z</time>"
      ))
  }

  @Test func withoutAWSsTimeNothingIsDrawn() {
    let page = page([ReportTests.failed])
    #expect(!page.contains("<svg class=\"line\""))
    #expect(page.contains("allow it in the caller&#39;s policy"))
  }
}
