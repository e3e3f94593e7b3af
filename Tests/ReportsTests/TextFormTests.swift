import FoundationEssentials
import RotationExecutor
import RotationPlanner
import Testing
import Reports

/// Where the text form goes decides how it looks; what it says stays.
@Suite("The text form on terminals")
struct TextFormTests {
  /// A name as long as IAM allows, an ARN that is longer than a line, and keys of every age.
  private static var outcomes: [UserOutcome] {
    var long = ReportTests.rotated
    long.user = String(repeating: "n", count: 64)
    var wordy = ReportTests.failed
    let arn = "arn:aws:iam::111122223333:user/" + String(repeating: "x", count: 300)
    wordy.failures = [Finding(code: "call-failed", .failed, arn)]
    return [ReportTests.rotated, ReportTests.idle, wordy, long]
  }

  private func text(_ style: TextStyle) -> String {
    TextReport(
      Report(mode: .run, version: "0.1.0", runId: "r-1", outcomes: Self.outcomes), style: style
    ).text
  }

  @Test(arguments: [40, 64, 80, 100, 132, 400], [true, false])
  func fits(_ width: Int, _ unicode: Bool) {
    let text = text(TextStyle(width: width, usesColour: false, usesUnicode: unicode))
    for line in text.split(separator: "\n") where line.count > width {
      // The fixed columns need 78; a narrower terminal breaks them itself.
      #expect(width < 80 && line.contains("AKIA") || line.hasPrefix("USER"), "\(line)")
    }
  }

  @Test func asciiIsAsciiAndUnicodeIsTheSameLength() {
    let ascii = text(TextStyle(width: 100, usesColour: false, usesUnicode: false))
    let unicode = text(TextStyle(width: 100, usesColour: false, usesUnicode: true))
    #expect(ascii.utf8.allSatisfy { $0 < 0x80 })
    #expect(unicode.contains("━"))
    #expect(
      unicode.split(separator: "\n").map(\.count) == ascii.split(separator: "\n").map(\.count))
  }

  @Test func aPipeGetsPlainLines() {
    let text = text(.plain)
    #expect(text.utf8.allSatisfy { $0 < 0x80 && $0 != 0x1B })
    #expect(text.contains("deployer  ") || text.contains("deployer   "))
    #expect(text.split(separator: "\n").contains { $0.count > 300 })
  }

  @Test(arguments: [
    (["LANG": "C.UTF-8", "TERM": "xterm"], true), (["LANG": "en_US.utf8", "TERM": "xterm"], true),
    (["LANG": "C", "TERM": "xterm"], false), (["TERM": "xterm"], false),
    (["LANG": "C.UTF-8", "LC_ALL": "POSIX", "TERM": "xterm"], false),
    (["LANG": "C", "LC_ALL": "", "LC_CTYPE": "de_DE.UTF-8", "TERM": "xterm"], true),
    (["LANG": "C.UTF-8", "TERM": "dumb"], false),
  ])
  func theLocaleDecidesAboutUnicode(_ environment: [String: String], _ expected: Bool) {
    #expect(TextStyle(columns: 80, environment: environment).usesUnicode == expected)
  }

  @Test func noColour() {
    let environment = ["TERM": "xterm", "LANG": "C.UTF-8"]
    #expect(TextStyle(columns: 80, environment: environment).usesColour)
    #expect(
      !TextStyle(columns: 80, environment: environment.merging(["NO_COLOR": "1"]) { $1 }).usesColour
    )
    #expect(TextStyle(columns: 0, environment: environment).width == 100)
  }

  @Test func whatDrivesATerminalIsReplaced() {
    var outcome = ReportTests.failed
    outcome.failures = [
      Finding(code: "call-failed", .failed, "a\u{1B}[2Jb\nFAILED c\u{202E}d\u{9B}31m")
    ]
    let text = TextReport(
      Report(mode: .run, version: "0", runId: nil, outcomes: [outcome]), style: .plain
    ).text
    #expect(text.contains("zappa: a?[2Jb FAILED c?d?31m [call-failed]"))
  }
}
