internal import LibCrypto

/// What the signature says about the body.
public enum Payload: Sendable {
  /// The whole body, which is hashed and signed.
  case bytes([UInt8])
  /// Nothing, as some services allow over TLS. `X-Amz-Content-SHA256: UNSIGNED-PAYLOAD` is added.
  case unsigned

  /// The last line of the canonical request, the specification's `HashedPayload`: the body's
  /// SHA-256 in hexadecimal, or the word that stands in its place.
  public var hash: String {
    String(
      decoding: [UInt8](capacity: Self.hashCapacity) { appendHash(to: &$0) }, as: UTF8.self)
  }

  /// The length of the longest hash, in bytes.
  static let hashCapacity = 64

  func appendHash(to text: inout CanonicalText) {
    switch self {
    case .bytes(let body): text.append(hex: SHA256.digest(of: body.span))
    case .unsigned: text.append("UNSIGNED-PAYLOAD")
    }
  }
}
