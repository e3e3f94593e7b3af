package import LibCrypto

/// The JSON that SDKs expect from a `credential_process`
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html): what
/// `credentials` and `session` hold, and `rotate credentials` prints.
package struct CredentialProcessDocument {
  package let version: Int
  package let accessKeyId: String
  package let secretAccessKey: SharedSecret
  package let sessionToken: SharedSecret?
  /// In ISO 8601.
  package let expiration: String?

  /// Reads one of any version; nil where a part of a key is missing.
  package static func read(_ bytes: borrowing SecretBytes) -> CredentialProcessDocument? {
    guard let object = JSONValue.read(bytes), let version = object["Version"]?.integer,
      let accessKeyId = object["AccessKeyId"]?.string,
      let secretAccessKey = object["SecretAccessKey"]?.secret
    else { return nil }
    return CredentialProcessDocument(
      version: version, accessKeyId: accessKeyId, secretAccessKey: secretAccessKey,
      sessionToken: object["SessionToken"]?.secret, expiration: object["Expiration"]?.string)
  }

  /// Writes one. `expiration` is a time in ISO 8601.
  package static func write(
    accessKeyId: String, secretAccessKey: borrowing SecretBytes,
    sessionToken: borrowing SecretBytes? = nil, expiration: String? = nil
  ) -> SecretBytes {
    var members: [(name: String, value: JSONValue)] = [
      ("Version", .number("1")), ("AccessKeyId", .text(accessKeyId)),
      ("SecretAccessKey", .text(SharedSecret(secretAccessKey.clone()))),
    ]
    if let token = sessionToken?.clone() {
      members.append(("SessionToken", .text(SharedSecret(token))))
    }
    if let expiration { members.append(("Expiration", .text(expiration))) }
    return JSONValue.object(members).serialized()
  }
}
