internal import AWSClient
internal import LibCrypto

internal import struct FoundationEssentials.Data
internal import struct FoundationEssentials.Date
internal import class FoundationEssentials.JSONDecoder

/// The JSON object in which `credential_process`, the container endpoint and the instance metadata
/// service hand over credentials. They differ in the token's name and in what is required.
///
/// A field that the source doesn't need may be of any type: nobody reads it.
struct CredentialsDocument: Decodable {
  enum Name: String, CodingKey {
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
    case text(String)
    /// A number or a truth value, as it is written.
    case number(String)
    case other
  }

  private let fields: [Name: Field]

  init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: Name.self)
    var fields: [Name: Field] = [:]
    for name in object.allKeys {
      fields[name] =
        if (try? object.decodeNil(forKey: name)) == true {
          .null
        } else if let text = try? object.decode(String.self, forKey: name) {
          .text(text.trimmingBlanks)
        } else if let number = try? object.decode(Int64.self, forKey: name) {
          .number("\(number)")
        } else if let number = try? object.decode(Double.self, forKey: name) {
          .number("\(number)")
        } else if let flag = try? object.decode(Bool.self, forKey: name) {
          .number("\(flag)")
        } else {
          .other
        }
    }
    self.fields = fields
  }

  /// Nil when the bytes are not such an object.
  static func decode(_ bytes: UnsafeRawBufferPointer) -> CredentialsDocument? {
    guard let base = bytes.baseAddress else { return nil }
    let data = Data(
      bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: bytes.count, deallocator: .none)
    return try? JSONDecoder().decode(CredentialsDocument.self, from: data)
  }

  subscript(name: Name) -> Field { fields[name] ?? .absent }

  /// A text that isn't blank.
  func text(_ name: Name) -> String? {
    if case .text(let text) = self[name], !text.isEmpty { text } else { nil }
  }

  /// The names of the fields that are not there as a text. A token may be null or blank: there is
  /// none then, as SDKs take it.
  func missing(_ required: [Name]) -> [String] {
    required.filter { name in
      switch self[name] {
      case .text(let text): text.isEmpty && name != .token
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
    case .text(let text): "\"\(Redaction.time(text))\""
    case .number(let number): number
    case .other: "(an object or a list)"
    }
  }

  /// When the credentials end; nil where that can't be read.
  var expiration: Date? { text(.expiration).flatMap(Timestamp.parse) }

  /// The credentials; nil when the key's two halves are not both there. Each source has one field
  /// for the session token.
  func credentials(token: Name, expiration: Date?, source: String) -> Credentials? {
    guard let accessKeyId = text(.accessKeyId), let secret = text(.secretAccessKey) else {
      return nil
    }
    return Credentials(
      accessKeyId: accessKeyId, secretAccessKey: SecretBytes(copying: secret),
      sessionToken: text(token).map { SecretBytes(copying: $0) }, expiration: expiration,
      source: source)
  }
}
