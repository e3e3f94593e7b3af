internal import LibCrypto

internal import struct FoundationEssentials.Data
internal import struct FoundationEssentials.Date
internal import class FoundationEssentials.JSONDecoder

/// The JSON object in which `credential_process`, the container endpoint and the instance metadata
/// service hand over credentials. They differ in the token's name and in what is required.
struct CredentialsDocument: Decodable {
  var Version: Int?
  var AccessKeyId: String?
  var SecretAccessKey: String?
  /// The token's name in `credential_process`.
  var SessionToken: String?
  /// The token's name in the metadata services.
  var Token: String?
  var Expiration: String?
  /// The instance metadata service's word about a role that it can't assume.
  var Code: String?

  /// Nil when the bytes are not such an object.
  static func decode(_ bytes: UnsafeRawBufferPointer) -> CredentialsDocument? {
    guard let base = bytes.baseAddress else { return nil }
    let data = Data(
      bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: bytes.count, deallocator: .none)
    return try? JSONDecoder().decode(CredentialsDocument.self, from: data)
  }

  /// The names of the required fields that are missing or blank.
  func missing(_ required: [String]) -> [String] {
    let fields = [
      "AccessKeyId": AccessKeyId, "SecretAccessKey": SecretAccessKey, "Token": Token,
      "Expiration": Expiration,
    ]
    return required.filter { (fields[$0] ?? nil)?.isEmpty ?? true }
  }

  /// The credentials; nil when the key's two halves are not both there.
  func credentials(expiration: Date?, source: String) -> Credentials? {
    guard let accessKeyId = AccessKeyId, let secret = SecretAccessKey else { return nil }
    return Credentials(
      accessKeyId: accessKeyId, secretAccessKey: SecretBytes(copying: secret),
      sessionToken: (SessionToken ?? Token).flatMap { $0.isEmpty ? nil : SecretBytes(copying: $0) },
      expiration: expiration, source: source)
  }
}
