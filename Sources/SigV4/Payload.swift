internal import LibCrypto

/// What the signature says about the body.
public enum Payload: Sendable {
  /// The whole body, which is hashed and signed.
  case bytes([UInt8])
  /// A body whose SHA-256 is known already, as 64 lowercase hexadecimal digits.
  case precomputed(hash: String)
  /// Nothing, as some services allow over TLS. `X-Amz-Content-SHA256: UNSIGNED-PAYLOAD` is added.
  case unsigned

  /// The last line of the canonical request, the specification's `HashedPayload`: the body's
  /// SHA-256 in hexadecimal, or the word that stands in its place.
  public var hash: String {
    String(
      decoding: [UInt8](capacity: hashCapacity) { appendHash(to: &$0) }, as: UTF8.self)
  }

  /// As many bytes as the hash has, at most.
  var hashCapacity: Int {
    if case .precomputed(let hash) = self { hash.utf8.count } else { 2 * SHA256.Digest.count }
  }

  func appendHash(to text: inout CanonicalText) {
    switch self {
    case .bytes(let body): text.append(hex: SHA256.digest(of: body.span))
    case .precomputed(let hash): text.append(contentsOf: hash)
    case .unsigned: text.append("UNSIGNED-PAYLOAD")
    }
  }
}
