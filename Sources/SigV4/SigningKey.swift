public import LibCrypto

/// The key that signs for one scope, derived from the secret access key.
///
/// Whoever has it can sign for its day, region and service, so it is a secret itself: it has no
/// description and is wiped when the last reference goes. Safe to use from several threads.
///
/// Specification:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#calculate-signature>
public final class SigningKey: Sendable {
  /// The derived key, 32 bytes.
  public let bytes: SecretBytes
  private let hmac: Locked<HMACSHA256>

  /// Derives the key: HMACs of day, region, service and `aws4_request`, each the next one's key.
  public init(secretAccessKey: borrowing SecretBytes, scope: CredentialScope) {
    let prefix = "AWS4"
    var key = secretAccessKey.withUnsafeBytes { secret in
      SecretBytes(count: prefix.utf8.count + secret.count) { initial in
        initial.copyBytes(from: prefix.utf8)
        UnsafeMutableRawBufferPointer(rebasing: initial[prefix.utf8.count...])
          .copyMemory(from: secret)
      }
    }
    for part in [scope.day, scope.region, scope.service, CredentialScope.termination] {
      var hmac = HMACSHA256(key: key)
      key = hmac.secretCode(of: part.utf8.span)
    }
    hmac = Locked(HMACSHA256(key: key))
    bytes = key
  }

  /// The signature, 64 lowercase hexadecimal digits.
  public func signature(of stringToSign: StringToSign) -> String {
    Hex.encode(code(of: stringToSign.bytes.span).span)
  }

  func code(of stringToSign: Span<UInt8>) -> SHA256.Digest {
    hmac.withLock { $0.code(of: stringToSign) }
  }
}
