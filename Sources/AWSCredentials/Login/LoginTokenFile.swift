internal import Host
internal import LibCrypto
internal import SecretCoding

/// The cache file of `aws login`, which all SDKs share: in `~/.aws/login/cache/`
/// (`AWS_LOGIN_CACHE_DIRECTORY`), named by the SHA-256 of the session's name.
struct LoginTokenFile {
  let session: String
  private let path: String
  private let context: ProviderContext

  init(session: String, _ context: ProviderContext) {
    self.session = session
    self.context = context
    let directory =
      context.variable("AWS_LOGIN_CACHE_DIRECTORY").map(context.expandingVariables)
      ?? "~/.aws/login/cache"
    path = "\(directory)/\(SHA256.hexDigest(of: Array(session.utf8))).json"
  }

  func load() throws(CredentialFailure) -> JSONValue {
    let bytes: SecretBytes
    do throws(FileFailure) {
      bytes = try context.files.read(context.expandingHome(path), limit: 1 << 20)
    } catch {
      throw failure("can't be read: \(error.reason)")
    }
    let token = JSONValue.read(bytes)
    let missing = ["accessToken", "refreshToken", "dpopKey", "clientId"].filter {
      token?[$0] == nil
    }
    guard let token, missing.isEmpty else {
      throw failure("has no \(missing.joined(separator: ", "))")
    }
    return token
  }

  func save(_ token: JSONValue) throws(CredentialFailure) {
    do throws(FileFailure) {
      try context.files.replace(context.expandingHome(path), with: token.serialized())
    } catch {
      throw failure("can't be replaced by the renewed one: \(error.reason)")
    }
  }

  func failure(_ problem: String) -> CredentialFailure {
    CredentialFailure(
      .loginSessionInvalid, source: "login",
      "\(path), the cached sign-in of \(session), \(problem)",
      remedy: "Sign in with `aws login`, as the user that runs this program.")
  }
}
