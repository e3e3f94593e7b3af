internal import AWSClient
internal import Host
internal import LibCrypto
internal import SecretCoding

internal import struct FoundationEssentials.Date

/// The AWS CLI's cache of roles' sessions, `~/.aws/cli/cache/`, for those that cost a person an MFA
/// code. The CLI and this program find each other's.
struct AssumeRoleCache {
  private let request: AssumeRoleRequest
  private let path: String
  private let context: ProviderContext

  /// `name` is the configured `role_session_name`: one that was made up is not part of the key.
  init(_ request: AssumeRoleRequest, name: String?, _ context: ProviderContext) {
    self.request = request
    self.context = context
    let key = SHA1.hexDigest(of: Array(Self.arguments(request, name).utf8))
    path = context.expandingHome("~/.aws/cli/cache/\(key).json")
  }

  /// A session with at least 15 minutes left.
  func load() -> Credentials? {
    guard let bytes = try? context.files.read(path, limit: 64 << 10),
      let found = JSONValue.read(bytes)?["Credentials"],
      let accessKeyId = found["AccessKeyId"]?.string,
      let secret = found["SecretAccessKey"]?.secret, let token = found["SessionToken"]?.secret,
      let expiration = (found["Expiration"]?.string).flatMap(Timestamp.parse),
      expiration.timeIntervalSince(context.now()) >= RenewalWindow.advisory
    else { return nil }
    return Credentials(
      accessKeyId: accessKeyId, secretAccessKey: secret.bytes.clone(),
      sessionToken: token.bytes.clone(), expiration: expiration, source: request.source)
  }

  /// A cache that can't be written costs the next run a code, and this one nothing.
  func save(_ credentials: Credentials) {
    guard let expiration = credentials.expiration, let token = credentials.sessionToken?.clone()
    else { return }
    let session = JSONValue.object([
      ("AccessKeyId", .text(credentials.accessKeyId)),
      ("SecretAccessKey", .text(SharedSecret(credentials.secretAccessKey.clone()))),
      ("SessionToken", .text(SharedSecret(token))),
      ("Expiration", .text(Timestamp.format(expiration))),
    ])
    let file = JSONValue.object([("Credentials", session)])
    try? context.files.replace(path, with: file.serialized())
  }

  /// What `json.dumps(…, sort_keys=True)` makes of the call's parameters.
  private static func arguments(_ request: AssumeRoleRequest, _ name: String?) -> String {
    let texts: [(String, String?)] = [
      ("ExternalId", request.externalId), ("RoleArn", request.roleArn), ("RoleSessionName", name),
      ("SerialNumber", request.serialNumber),
    ]
    let number = request.durationSeconds.map { ["\"DurationSeconds\": \($0)"] } ?? []
    let members = texts.compactMap { name, text in text.map { "\"\(name)\": \"\(escaped($0))\"" } }
    return "{" + (number + members).joined(separator: ", ") + "}"
  }

  /// All of these are ASCII, by AWS's rules for them.
  private static func escaped(_ text: String) -> String {
    text.map { "\"\\".contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}
