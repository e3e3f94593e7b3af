package import LibCrypto
internal import SecretCoding
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

    /// Nil where something is missing, or can't be.
    init?(_ fields: JSONValue) {
      guard let name = fields["Name"]?.string, let type = fields["Type"]?.string,
        let version = fields["Version"].flatMap(SSM.version),
        let seconds = fields["LastModifiedDate"]?.double, Self.seconds.contains(seconds),
        let value = fields["Value"]?.secret
      else { return nil }
      self.name = name
      self.type = type
      self.version = version
      lastModifiedDate = Date(timeIntervalSince1970: seconds)
      lastModifiedUser = fields["LastModifiedUser"]?.string
      self.value = value.bytes.clone()
    }

    /// With a fraction, since 1970, no later than the year 9999: the lease is counted from it.
    private static let seconds = 0.0...253_402_300_799
  }

  /// Versions count up from 1. One a second for three centuries is still within ten digits, for which
  /// the record has room.
  static func version(_ value: JSONValue) -> Int? {
    value.integer.flatMap { (1...9_999_999_999).contains($0) ? $0 : nil }
  }
}
