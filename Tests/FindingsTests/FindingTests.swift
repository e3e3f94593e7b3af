import Findings
import Foundation
import Testing

/// Every message against the index that people look it up in, docs/operations.md.
@Suite("Findings")
struct FindingTests {
  /// The index: each code with what stands in brackets behind it.
  private static let index: [(code: String, counts: String)] = {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../docs/operations.md").standardized.path
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      let index = text.components(separatedBy: "\n## Every message\n").last
    else { return [] }
    return index.split(separator: "\n").compactMap { line in
      line.firstMatch(of: #/^\| `([\w-]+)`(?: \((.*?)\))? \|/#).map {
        (String($0.1), String($0.2 ?? ""))
      }
    }
  }()

  @Test func everyCodeIsListedOnce() {
    let listed = Self.index.map(\.code).filter { $0 == $0.lowercased() }
    #expect(listed.sorted() == FindingCode.allCases.map(\.rawValue).sorted())
  }

  @Test(arguments: FindingCode.allCases)
  func aCodeIsKebabCase(_ code: FindingCode) {
    #expect(code.rawValue.wholeMatch(of: #/[a-z]+(-[a-z]+)*/#) != nil)
    #expect("\(code)" == code.rawValue)
  }

  /// Those of lines that aren't findings: of a check, or of a configuration that nobody could read.
  private static func isTold(_ code: FindingCode) -> Bool {
    let name = code.rawValue
    if [.configParameterName, .configDuplicateName, .configKMSKey, .checkSessions].contains(code) {
      return true
    }
    return !name.hasPrefix("check-") && !name.hasPrefix("config-") && code != .runWaits
      && code != .overdueSoon
  }

  @Test func everyCodeIsToldBySomeFinding() {
    let told = Set(Samples.all.map(\.code))
    #expect(told == Set(FindingCode.allCases.filter(Self.isTold)))
  }

  /// A code counts as the index says, in each way that it says, and in no other.
  @Test(arguments: FindingCode.allCases.filter { isTold($0) })
  func itCountsAsTheIndexSays(_ code: FindingCode) throws {
    let told = Set(Samples.all.filter { $0.code == code }.map(\.severity))
    let counts = try #require(Self.index.first { $0.code == code.rawValue }).counts
    let listed: Set<Finding.Severity>
    switch code {
    case .copyShowsLeakedKey:
      #expect(counts == "as `copy-not-updated`")
      listed = [.notice, .act, .failed]
    case .checkSessions, .configParameterName, .configDuplicateName, .configKMSKey:
      return  // their rows say it in a sentence
    case .notifyRefused, .heartbeatRefused, .metricsRefused, .hookRefused:
      listed = [.act, .failed]  // FAILED in a run that can't wait for what is required
      #expect(counts == "ACT")
    default:
      listed = Set(
        [("note", Finding.Severity.notice), ("ACT", .act), ("FAILED", .failed)].compactMap {
          counts.contains($0.0) ? $0.1 : nil
        })
    }
    #expect(told == listed, "\(code): \(counts)")
  }

  /// What a text says of keys, its finding knows: nobody has to search it.
  @Test(arguments: Samples.all)
  func itKnowsTheKeysThatItNames(_ finding: Finding) {
    for sentence in [finding.text.message, finding.text.remedy].compactMap(\.self) {
      let named = sentence.description.matches(of: #/AKIA\w+/#).map { AccessKeyID(String($0.0)) }
      #expect(Set(named) == Set(sentence.keys), "\(sentence)")
      #expect(!sentence.withTails.contains("AKIA"))
    }
  }

  @Test(arguments: Samples.all)
  func itIsOneLine(_ finding: Finding) {
    for text in [finding.message, finding.remedy ?? "-"] {
      #expect(!text.isEmpty && !text.contains("\n") && !text.contains("  "), "\(text)")
      #expect(!text.hasSuffix(" ") && !text.hasPrefix(" "), "\(text)")
    }
  }

  @Test(arguments: Samples.all)
  func whatIsToActOnSaysWhatToDo(_ finding: Finding) {
    #expect(finding.severity != .act || finding.remedy != nil, "\(finding.message)")
  }
}
