import Configuration

import struct FoundationEssentials.Data
import class FoundationEssentials.JSONDecoder

/// `config.json`.
enum ConfigurationFile {
  static func read(_ input: [UInt8]) throws(BrokenPromise) {
    let configuration: Configuration
    do throws(ConfigurationFailure) {
      configuration = try Configuration.parse(input, file: "config.json")
    } catch {
      return try judge(error.problems)
    }
    try BrokenPromise.unless(!configuration.users.isEmpty, "accepted without a user")
    // What this reader accepts, every other reader of JSON must accept.
    let other = try? JSONDecoder().decode(Anything.self, from: Data(input))
    try BrokenPromise.unless(other != nil, "accepted, but it is no JSON")
  }

  private static func judge(_ problems: [ConfigurationProblem]) throws(BrokenPromise) {
    try BrokenPromise.unless(!problems.isEmpty, "refused without a reason")
    try BrokenPromise.unless(problems.allSatisfy { !$0.message.isEmpty }, "refused without words")
    let places = problems.compactMap(\.place)
    try BrokenPromise.unless(places == places.sorted(), "problems out of order")
  }

  private struct Anything: Decodable {
    init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: Key.self) }
    struct Key: CodingKey {
      var stringValue: String
      var intValue: Int?
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
  }
}
