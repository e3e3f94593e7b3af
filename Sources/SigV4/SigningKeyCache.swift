internal import LibCrypto

/// The signing keys of one signer: a few, so that what is no longer used is soon wiped.
struct SigningKeyCache {
  /// Two credentials in turn (an old and a new key) over midnight.
  private static let capacity = 4

  /// The newest last.
  private var entries: [Entry] = []

  private final class Entry: Sendable {
    let scope: CredentialScope
    let secretAccessKey: SecretBytes
    let key: SigningKey

    init(_ secretAccessKey: borrowing SecretBytes, _ scope: CredentialScope) {
      self.scope = scope
      self.secretAccessKey = secretAccessKey.clone()
      key = SigningKey(secretAccessKey: secretAccessKey, scope: scope)
    }
  }

  /// The key for a secret and a scope, derived when it isn't there.
  mutating func key(
    secretAccessKey: borrowing SecretBytes, scope: CredentialScope
  ) -> SigningKey {
    for entry in entries
    where entry.scope == scope && SecretBytes.equal(entry.secretAccessKey, secretAccessKey) {
      return entry.key
    }
    if entries.count == Self.capacity { entries.removeFirst() }
    let entry = Entry(secretAccessKey, scope)
    entries.append(entry)
    return entry.key
  }
}
