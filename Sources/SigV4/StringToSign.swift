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
    var text: [UInt8] = []
    text.reserveCapacity(192)
    text.append(contentsOf: Self.algorithm.utf8)
    text.append(UInt8(ascii: "\n"))
    text.append(contentsOf: date.basicFormat)
    text.append(UInt8(ascii: "\n"))
    scope.append(to: &text)
    text.append(UInt8(ascii: "\n"))
    SHA256.appendHexDigest(of: canonicalRequest.bytes, to: &text)
    bytes = text
  }

  /// The text.
  public var description: String { String(decoding: bytes, as: UTF8.self) }

  static let algorithm = "AWS4-HMAC-SHA256"
}
