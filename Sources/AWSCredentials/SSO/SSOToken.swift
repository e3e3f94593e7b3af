internal import AWSClient
internal import Host
internal import LibCrypto
internal import SecretCoding

internal import struct FoundationEssentials.Date

/// A sign-in to IAM Identity Center, in the cache file that `aws sso login` writes and every SDK
/// shares: `~/.aws/sso/cache/` and the SHA-1 of the session's name, or of the start URL.
struct SSOToken {
  /// With `clientId`, `clientSecret`, `registrationExpiresAt` and `refreshToken` it can be renewed
  /// without a person.
  enum Name: String {
    case startUrl, region, accessToken, expiresAt
    case clientId, clientSecret, registrationExpiresAt, refreshToken
  }

  private var file: JSONValue

  /// What isn't a text is as good as not there.
  subscript(name: Name) -> SharedSecret? {
    get { file[name.rawValue]?.secret }
    set { file[name.rawValue] = newValue.map { .text($0) } }
  }

  var expiresAt: String? { self[.expiresAt]?.bytes.string() }

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
    let token = JSONValue.read(bytes).map { SSOToken(file: $0) }
    guard let token, token[.accessToken] != nil, let end = token.expiresAt else {
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
      try world.context.files.replace(
        world.context.expandingHome(path), with: file.serialized())
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
