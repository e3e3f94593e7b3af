import FoundationEssentials
import Testing

@Suite("The planner is a pure function")
struct PurityTests {
  /// The lines of the planner's sources, and of what it speaks in, their comments left out.
  private static var lines: [(place: String, code: String)] {
    get throws { try lines(of: "RotationPlanner") + lines(of: "Findings") }
  }

  private static func lines(of target: String) throws -> [(place: String, code: String)] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/\(target)").standardized.path
    return try FileManager.default.subpathsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".swift") }
      .flatMap { name in
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
          .split(separator: "\n", omittingEmptySubsequences: false).enumerated()
          .map { ("\(name):\($0.offset + 1)", withoutComment($0.element)) }
      }
  }

  private static func withoutComment(_ line: Substring) -> String {
    String(line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line)
  }

  private static func imports(_ code: String) -> Bool {
    code.contains(#/(^|\s)import\s/#)
      && !code.contains(#/^(package|internal) import struct FoundationEssentials\.Date$/#)
      // It imports nothing itself.
      && code != "internal import AWSPrimitives"
      && code != "@_exported public import Findings"
  }

  private static func reachesOut(_ code: String) -> Bool {
    code.replacing("self.now", with: "now").contains(
      #/\bDate\(\)|\.now\b|Clock[(.]|SinceNow|random|RandomNumber|shuffled|\bprint\(/#)
      || code.contains(#/getenv|ProcessInfo|CommandLine|FileManager|static var \w+.*=/#)
  }

  @Test func itImportsNothingButDateAndFindings() throws {
    let lines = try Self.lines
    #expect(lines.count > 1000)
    for line in lines { #expect(!Self.imports(line.code), "\(line.place): \(line.code)") }
  }

  @Test func itAsksNoClockNoChanceAndNoWorld() throws {
    for line in try Self.lines { #expect(!Self.reachesOut(line.code), "\(line.place)") }
  }

  @Test(arguments: ["import Foundation", "internal import FoundationEssentials", "  import Glibc"])
  func anImportOfMoreIsSeen(_ code: String) { #expect(Self.imports(code)) }

  @Test(arguments: [
    "let now = Date()", "let now: Date = .now", "Date.now", "ContinuousClock().now",
    "date.timeIntervalSinceNow", "Int.random(in: 0..<2)", "static var cache: [Int] = []",
  ])
  func aReachForTheWorldIsSeen(_ code: String) { #expect(Self.reachesOut(code)) }

  @Test func commentsMayNameIt() {
    #expect(Self.withoutComment("let a = 1  // not Date()") == "let a = 1  ")
  }
}
