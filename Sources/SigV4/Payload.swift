internal import LibCrypto

/// What the signature says about the body.
public enum Payload: Sendable {
  /// The whole body, which is hashed and signed.
  case bytes([UInt8])
  /// Nothing, as some services allow over TLS. `X-Amz-Content-SHA256: UNSIGNED-PAYLOAD` is added.
  case unsigned

  /// The last line of the canonical request: the body's SHA-256 in hexadecimal, or the word that
  /// stands in its place. The specification's `HashedPayload`.
  public var hash: String {
    switch self {
    case .bytes(let body): SHA256.hexDigest(of: body)
    case .unsigned: "UNSIGNED-PAYLOAD"
    }
  }
}
