/// What a place shows of one write: the version of a parameter, whatever else changes with each write
/// elsewhere. Nothing is read from it; two are the same or they aren't.
package struct DestinationToken: Hashable, Sendable {
  /// In bytes.
  package static let longest = 64
  /// The place has yet to be given the published key: no write has this token.
  package static let none = DestinationToken(version: 0)

  package let text: String

  /// Nil where it is too long for the record.
  package init?(_ text: String) {
    guard !text.isEmpty, text.utf8.count <= Self.longest else { return nil }
    self.text = text
  }

  package init(version: Int) { text = String(version) }

  /// The version, where it is one; as such the record has always told it.
  var version: Int? { Int(text).flatMap { String($0) == text ? $0 : nil } }
}

extension DestinationToken: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let version = try? container.decode(Int.self) {
      self.init(version: version)
      return
    }
    guard let token = DestinationToken(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no token")
    }
    self = token
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let version { try container.encode(version) } else { try container.encode(text) }
  }
}
