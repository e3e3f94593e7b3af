internal import LibCrypto

/// What the signing key signs: algorithm, time, scope and the canonical request's hash.
///
/// Specification:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-string-to-sign>
public struct StringToSign: Sendable, Equatable, CustomStringConvertible {
  /// The exact bytes that are signed. Nothing in them is secret.
  public let bytes: [UInt8]

  /// The string to sign of a canonical request. The date must be the one of its `X-Amz-Date`.
  public init(date: SigningDate, scope: CredentialScope, canonicalRequest: CanonicalRequest) {
    let hash = SHA256.digest(of: canonicalRequest.bytes.span)
    bytes = [UInt8](capacity: Self.capacity(of: scope)) {
      _ = Self.append(date: date, scope: scope, canonicalRequestHash: hash, to: &$0)
    }
  }

  /// The second stage of a signature that is made.
  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Appends the string to sign.
  ///
  /// - Returns: Where in the text the scope stands.
  static func append(
    date: SigningDate, scope: CredentialScope, canonicalRequestHash: SHA256.Digest,
    to text: inout CanonicalText
  ) -> Range<Int> {
    text.append(Self.algorithm)
    text.append("\n")
    text.append(contentsOf: date.timestamp)
    text.append("\n")
    let scopeStart = text.count
    scope.append(to: &text)
    let scopeRange = scopeStart..<text.count
    text.append("\n")
    text.append(hex: canonicalRequestHash)
    return scopeRange
  }

  /// The number of bytes that are appended for a scope.
  static func capacity(of scope: CredentialScope) -> Int {
    algorithm.utf8CodeUnitCount + SigningDate.timestampCount + scope.count
      + 2 * SHA256.Digest.count + 3
  }

  /// The text.
  public var description: String { String(decoding: bytes, as: UTF8.self) }

  static let algorithm: StaticString = "AWS4-HMAC-SHA256"
}
