package import LibCrypto
package import RotationPlanner

/// An access key with its secret. A class, so that the secret exists once; it has no description.
package final class AccessKeyPair: Sendable {
  package let id: AccessKeyID
  package let secret: SecretBytes

  package init(id: AccessKeyID, secret: consuming SecretBytes) {
    self.id = id
    self.secret = secret
  }

  /// Whether both are the same key with the same secret.
  package func equals(_ other: AccessKeyPair) -> Bool {
    id == other.id && SecretBytes.equal(secret, other.secret)
  }
}
