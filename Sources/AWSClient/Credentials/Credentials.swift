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
}
