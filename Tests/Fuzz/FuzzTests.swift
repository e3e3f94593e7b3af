import Foundation
import Testing

/// The short pass: the kept corpus, and mutations of it by a fixed seed. `make fuzz` is the long one.
@Suite("Bad input")
struct FuzzTests {
  private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("corpus")
  private static let mutations = 1_500

  private static func inputs(of target: FuzzTarget) throws -> [[UInt8]] {
    let folder = corpus.appendingPathComponent(target.rawValue)
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .sorted { $0.path < $1.path }.map { [UInt8](try Data(contentsOf: $0)) }
  }

  @Test(arguments: FuzzTarget.allCases)
  func theCorpusAndItsMutations(_ target: FuzzTarget) throws {
    let inputs = try Self.inputs(of: target)
    try #require(!inputs.isEmpty)
    for input in inputs + [[]] { try target.run(input) }
    var mutator = Mutator(seed: 20_261_123)
    for number in 0..<Self.mutations {
      let input = mutator.mutate(inputs)
      do {
        try target.run(input)
      } catch {
        Issue.record(
          "mutation \(number): \(error.message)\n\(String(decoding: input, as: UTF8.self))")
        return
      }
    }
  }

  /// That a file may be refused must not hide that all of them are.
  @Test(arguments: ["credentials", "colons", "empty"])
  func aPlainFileIsNotRefused(_ file: String) throws {
    let path = Self.corpus.appendingPathComponent("key-file/\(file)")
    try CredentialDocuments.replaceInFile(
      [UInt8](try Data(contentsOf: path)), mayRefuse: false)
  }

  /// A check that never fails proves nothing: these see what they are there for.
  @Test func thePromisesCanBreak() {
    #expect(throws: BrokenPromise.self) { try BrokenPromise.ifSecret(in: "x\(Secret.text)") }
    #expect(throws: BrokenPromise.self) { try Times.judge(Date(timeIntervalSince1970: 1e13)) }
  }
}
