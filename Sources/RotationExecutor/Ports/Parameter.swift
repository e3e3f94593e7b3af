package import LibCrypto
package import struct FoundationEssentials.Date

/// One version of a parameter in Parameter Store.
package final class Parameter: Sendable {
  /// The types of Parameter Store, named as SSM names them. A parameter keeps its own for life: AWS
  /// refuses a put with another one.
  package enum Kind: String, Sendable, CaseIterable {
    case string = "String"
    case stringList = "StringList"
    case secureString = "SecureString"
  }

  package let name: String
  package let version: Int
  /// SSM's own time of this version.
  package let modifiedAt: Date
  package let kind: Kind
  /// The ARN of whoever put this version, by AWS's own word; nil where the read doesn't say.
  package let writer: String?
  /// The value. Of a SecureString that was not decrypted, the ciphertext.
  package let value: SecretBytes

  package init(
    name: String, version: Int, modifiedAt: Date, kind: Kind, writer: String? = nil,
    value: consuming SecretBytes
  ) {
    self.name = name
    self.version = version
    self.modifiedAt = modifiedAt
    self.kind = kind
    self.writer = writer
    self.value = value
  }

  /// The value that anybody may read; nil for a `SecureString`, so that no secret slips out by
  /// mistake.
  package var text: String? { kind == .secureString ? nil : openText }

  /// The value of a parameter that holds no secret, whatever its type; of a `SecureString`, it must
  /// have been decrypted.
  var openText: String { value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
}

/// A parameter to be put, with `Overwrite`.
package final class ParameterWrite: Sendable {
  package let name: String
  package let kind: Parameter.Kind
  package let value: SecretBytes
  /// For a SecureString; nil: AWS's own key for Parameter Store.
  package let kmsKeyId: String?
  /// Nil: the client's region.
  package let region: String?

  package init(
    name: String, kind: Parameter.Kind, value: consuming SecretBytes, kmsKeyId: String? = nil,
    region: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.value = value
    self.kmsKeyId = kmsKeyId
    self.region = region
  }
}
