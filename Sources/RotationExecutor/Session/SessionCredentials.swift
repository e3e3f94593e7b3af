package import LibCrypto
package import struct FoundationEssentials.Date

/// Temporary credentials with their secrets. A class, so that these exist once; it has no
/// description.
package final class SessionCredentials: Sendable {
  package let accessKeyId: String
  package let secret: SecretBytes
  package let token: SecretBytes
  package let expiration: Date

  package init(
    accessKeyId: String, secret: consuming SecretBytes, token: consuming SecretBytes,
    expiration: Date
  ) {
    self.accessKeyId = accessKeyId
    self.secret = secret
    self.token = token
    self.expiration = expiration
  }
}
