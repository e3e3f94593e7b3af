public import LibCrypto
internal import Synchronization

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
  private let hmac: Mutex<HMACSHA256>

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
      key = Self.derive(from: key, part)
    }
    hmac = Mutex(key.withUnsafeBytes { HMACSHA256(key: $0) })
    bytes = key
  }

  private static func derive(from key: borrowing SecretBytes, _ part: String) -> SecretBytes {
    SecretBytes(count: HMACSHA256.byteCount) { output in
      var hmac = key.withUnsafeBytes { HMACSHA256(key: $0) }
      hmac.authenticate(Array(part.utf8), into: output)
    }
  }

  /// The signature, 64 lowercase hexadecimal digits.
  public func signature(of stringToSign: StringToSign) -> String {
    var text: [UInt8] = []
    appendSignature(of: stringToSign, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  func appendSignature(of stringToSign: StringToSign, to text: inout [UInt8]) {
    hmac.withLock { $0.appendHexCode(of: stringToSign.bytes, to: &text) }
  }
}
