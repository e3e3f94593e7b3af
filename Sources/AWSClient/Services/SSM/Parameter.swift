package import LibCrypto
package import struct FoundationEssentials.Date

extension SSM {
  /// One version of a parameter. A class, so that the value exists once; it has no description.
  package final class Parameter: Sendable {
    package let name: String
    /// `String`, `StringList` or `SecureString`.
    package let type: String
    package let version: Int
    package let lastModifiedDate: Date
    /// The ARN of whoever put this version; only in a history.
    package let lastModifiedUser: String?
    /// Of a SecureString that was not decrypted, the ciphertext.
    package let value: SecretBytes

    init(_ fields: ParameterFields) {
      name = fields.Name
      type = fields.Type
      version = fields.Version.value
      lastModifiedDate = Date(timeIntervalSince1970: fields.LastModifiedDate.seconds)
      lastModifiedUser = fields.LastModifiedUser
      value = SecretBytes(copying: fields.Value)
    }
  }
}
