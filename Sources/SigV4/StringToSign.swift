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
    bytes = [UInt8](
      canonical: Self.algorithm.utf8.count + date.timestamp.utf8.count + scope.count + 64 + 3
    ) { text in
      text.append(Self.algorithm)
      text.append("\n")
      text.append(date.timestamp)
      text.append("\n")
      scope.append(to: &text)
      text.append("\n")
      Hex.append(SHA256.digest(of: canonicalRequest.bytes.span).span, to: &text)
    }
  }

  /// The text.
  public var description: String { String(decoding: bytes, as: UTF8.self) }

  static let algorithm = "AWS4-HMAC-SHA256"
}
