internal import AWSClient
internal import Host
internal import LibCrypto

internal import struct FoundationEssentials.Data
internal import struct FoundationEssentials.Date
internal import class FoundationEssentials.JSONDecoder
internal import class FoundationEssentials.JSONEncoder

/// A sign-in to IAM Identity Center, in the cache file that `aws sso login` writes and every SDK
/// shares: `~/.aws/sso/cache/` and the SHA-1 of the session's name, or of the start URL.
struct SSOToken: Codable {
  var startUrl: String?
  var region: String?
  var accessToken: String?
  var expiresAt: String?
  /// With these four the token can be renewed without a person.
  var clientId: String?
  var clientSecret: String?
  var registrationExpiresAt: String?
  var refreshToken: String?

  /// What isn't needed may be of any type: then it is as good as not there.
  init(from decoder: any Decoder) throws {
    let file = try decoder.container(keyedBy: CodingKeys.self)
    func text(_ key: CodingKeys) -> String? { try? file.decode(String.self, forKey: key) }
    startUrl = text(.startUrl)
    region = text(.region)
    accessToken = text(.accessToken)
    expiresAt = text(.expiresAt)
    clientId = text(.clientId)
    clientSecret = text(.clientSecret)
    registrationExpiresAt = text(.registrationExpiresAt)
    refreshToken = text(.refreshToken)
  }

  var expiration: Date? { expiresAt.flatMap(Timestamp.parse) }

  static func path(_ settings: SSOSettings) -> String {
    let name = settings.sessionName ?? settings.startURL
    return "~/.aws/sso/cache/\(SHA1.hexDigest(of: Array(name.utf8))).json"
  }

  static func load(
    _ settings: SSOSettings, _ world: CredentialsWorld
  ) throws(CredentialFailure) -> SSOToken {
    let path = path(settings)
    let bytes: SecretBytes
    do throws(FileFailure) {
      bytes = try world.context.files.read(world.context.expandingHome(path), limit: 1 << 20)
    } catch {
      throw failure("\(path), the cached sign-in: \(error.reason)", settings)
    }
    let token = bytes.withUnsafeBytes { buffer in
      try? JSONDecoder().decode(SSOToken.self, from: Data(buffer))
    }
    guard let token, token.accessToken != nil, let end = token.expiresAt else {
      throw failure("\(path), the cached sign-in, has no accessToken with an expiresAt", settings)
    }
    guard token.expiration != nil else {
      throw failure(
        "\(path), the cached sign-in, has the expiresAt \"\(Redaction.time(end))\", which is not a "
          + "time with a zone", settings)
    }
    return token
  }

  func save(_ settings: SSOSettings, _ world: CredentialsWorld) throws(CredentialFailure) {
    let path = Self.path(settings)
    do throws(FileFailure) {
      guard var json = try? Array(JSONEncoder().encode(self)) else { throw .unreadable("no JSON") }
      try world.context.files.replace(
        world.context.expandingHome(path), with: SecretBytes(wiping: &json))
    } catch {
      throw Self.failure("\(path), the renewed sign-in, can't be kept: \(error.reason)", settings)
    }
  }

  static func failure(_ message: String, _ settings: SSOSettings) -> CredentialFailure {
    let session = settings.sessionName.map { " --sso-session \($0)" } ?? ""
    return CredentialFailure(
      .ssoTokenInvalid, source: SSOProvider.providerName, message,
      remedy: "Sign in with `aws sso login\(session)`, as the user that runs this program.")
  }
}
