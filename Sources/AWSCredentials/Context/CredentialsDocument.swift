internal import AWSClient
internal import LibCrypto
internal import SecretCoding

internal import struct FoundationEssentials.Date

/// The JSON object in which `credential_process`, the container endpoint and the instance metadata
/// service hand over credentials. They differ in the token's name and in what is required.
///
/// A field that the source doesn't need may be of any type: nobody reads it.
struct CredentialsDocument {
  enum Name: String {
    case version = "Version"
    case accessKeyId = "AccessKeyId"
    case secretAccessKey = "SecretAccessKey"
    /// The token's name in `credential_process`.
    case sessionToken = "SessionToken"
    /// The token's name in the metadata services.
    case token = "Token"
    case expiration = "Expiration"
    /// The instance metadata service's word about a role that it can't assume.
    case code = "Code"
  }

  enum Field {
    case absent
    case null
    /// Without white space around it, which no key, token or time has.
    case text(SharedSecret)
    /// A number or a truth value, as it is written.
    case number(String)
    case other
  }

  private let object: JSONValue

  /// Nil when the bytes are not such an object.
  static func decode(_ bytes: borrowing SecretBytes) -> CredentialsDocument? {
    guard let value = JSONValue.read(bytes), case .object = value else { return nil }
    return CredentialsDocument(object: value)
  }

  subscript(name: Name) -> Field {
    let value = object[name.rawValue]
    return switch value {
    case nil: .absent
    case .null: .null
    case .text(let text): .text(text.trimmingBlanks)
    case .number(let number): .number(value?.integer.map(String.init) ?? number)
    case .bool(let flag): .number("\(flag)")
    case .array, .object: .other
    }
  }

  /// A text that isn't blank, and is no secret.
  func text(_ name: Name) -> String? { secret(name)?.string() }

  /// A text that isn't blank.
  private func secret(_ name: Name) -> SecretBytes? {
    if case .text(let text) = self[name], text.count > 0 { text.bytes.clone() } else { nil }
  }

  /// The names of the fields that are not there as a text. A token may be null or blank: there is
  /// none then, as SDKs take it.
  func missing(_ required: [Name]) -> [String] {
    required.filter { name in
      switch self[name] {
      case .text(let text): text.count == 0 && name != .token
      case .null: name != .token
      // A time that can't be read, which is said so.
      case .number: name != .expiration
      case .absent, .other: true
      }
    }.map(\.rawValue)
  }

  /// A field as messages show it. What stands in a time's place may be a secret by mistake.
  func shown(_ name: Name) -> String {
    switch self[name] {
    case .absent: "none"
    case .null: "null"
    case .text(let text): "\"\(Redaction.time(text.bytes.string()))\""
    case .number(let number): number
    case .other: "(an object or a list)"
    }
  }

  /// When the credentials end; nil where that can't be read.
  var expiration: Date? { text(.expiration).flatMap(Timestamp.parse) }

  /// The credentials; nil when the key's two halves are not both there. Each source has one field
  /// for the session token.
  func credentials(token: Name, expiration: Date?, source: String) -> Credentials? {
    guard let accessKeyId = text(.accessKeyId), let secret = secret(.secretAccessKey) else {
      return nil
    }
    return Credentials(
      accessKeyId: accessKeyId, secretAccessKey: secret, sessionToken: self.secret(token),
      expiration: expiration, source: source)
  }
}
