package import LibCrypto
package import struct FoundationEssentials.Date

/// What signs a request: a key, its secret, and for temporary credentials a token and an end.
///
/// A class, so that the secret exists once however many hold it. It has no description.
package final class Credentials: Sendable {
  package let accessKeyId: String
  package let secretAccessKey: SecretBytes
  /// Present in temporary credentials only. Secret like the key itself.
  package let sessionToken: SecretBytes?
  /// When temporary credentials end.
  package let expiration: Date?
  /// Where they were found, for people: `environment`, `profile "deploy" (~/.aws/credentials)`.
  package let source: String

  package init(
    accessKeyId: String, secretAccessKey: consuming SecretBytes,
    sessionToken: consuming SecretBytes? = nil, expiration: Date? = nil, source: String
  ) {
    self.accessKeyId = accessKeyId
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expiration = expiration
    self.source = source
  }

  /// What no credentials hold, in words and without a secret; nil where all is well.
  package var fault: String? {
    guard !accessKeyId.isEmpty, accessKeyId.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return "the access key id contains white space or another character that no key id has"
    }
    if Self.holdsControls(secretAccessKey) {
      return "the secret access key contains a line end or another control character"
    }
    guard let token = sessionToken?.clone() else { return nil }
    return Self.holdsControls(token)
      ? "the session token contains a line end or another control character" : nil
  }

  private static func holdsControls(_ secret: borrowing SecretBytes) -> Bool {
    secret.withUnsafeBytes { $0.contains { $0 < 0x20 || $0 == 0x7F } }
  }
}
