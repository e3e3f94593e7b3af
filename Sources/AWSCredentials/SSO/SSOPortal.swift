internal import AWSClient
internal import LibCrypto
internal import SecretCoding

internal import struct FoundationEssentials.Date

/// The two unsigned calls of IAM Identity Center: GetRoleCredentials of the portal, CreateToken of
/// the OpenID Connect service.
struct SSOPortal {
  private let settings: SSOSettings
  private let world: CredentialsWorld

  init(_ settings: SSOSettings, _ world: CredentialsWorld) {
    self.settings = settings
    self.world = world
  }

  func roleCredentials(accessToken: SharedSecret) throws(CredentialFailure) -> Credentials {
    let query = FormBody.encode([
      ("role_name", settings.roleName), ("account_id", settings.accountId),
    ])
    let request = HTTPRequest(
      method: "GET",
      url: try endpoint(.sso)
        + "/federation/credentials?\(query.string())",
      secretHeaders: [("x-amz-sso_bearer_token", accessToken)], responseLimit: 64 << 10)
    let response: HTTPResponse
    switch send(request) {
    case .failure(let error): throw failure("gave no answer: \(error.message)")
    case .success(let answer): response = answer
    }
    if response.status == 401 {
      throw SSOToken.failure("AWS refuses the cached sign-in", settings)
    }
    guard response.status == 200 else {
      let body = response.body.beginning(4096)
      let words = Redaction.firstLines(
        of: body.replacing(accessToken.bytes.string(), with: "[…]"))
      throw failure(
        "answered with status \(response.status)" + (words.isEmpty ? "" : " and said: \(words)"))
    }
    let answer = JSONValue.read(response.body.bytes)?["roleCredentials"]
    guard let accessKeyId = answer?["accessKeyId"]?.string,
      let secret = answer?["secretAccessKey"]?.secret,
      let sessionToken = answer?["sessionToken"]?.secret,
      let milliseconds = answer?["expiration"]?.double
    else { throw failure("answered with something else than credentials") }
    return Credentials(
      accessKeyId: accessKeyId, secretAccessKey: secret.bytes.clone(),
      sessionToken: sessionToken.bytes.clone(),
      // Whole seconds, as every other source counts.
      expiration: Date(timeIntervalSince1970: (milliseconds / 1000).rounded(.down)),
      source: "\(SSOProvider.providerName) \(settings.roleName) in \(settings.accountId)")
  }

  /// A new token; nil when this one can't be renewed, or AWS doesn't.
  func renew(_ token: SSOToken) throws(CredentialFailure) -> SSOToken? {
    let endpoint = try endpoint(.ssoOIDC)
    guard let clientId = token[.clientId], let clientSecret = token[.clientSecret],
      let refreshToken = token[.refreshToken],
      let registration = (token[.registrationExpiresAt]?.bytes.string()).flatMap(Timestamp.parse),
      registration > world.context.now()
    else { return nil }
    let body = JSONValue.object([
      ("grantType", .text("refresh_token")), ("clientId", .text(clientId)),
      ("clientSecret", .text(clientSecret)), ("refreshToken", .text(refreshToken)),
    ])
    let request = HTTPRequest(
      method: "POST", url: endpoint + "/token",
      headers: [("Content-Type", "application/json")], body: SharedSecret(body.serialized()),
      responseLimit: 64 << 10)
    guard case .success(let response) = send(request), response.status == 200,
      let answer = JSONValue.read(response.body.bytes),
      let accessToken = answer["accessToken"]?.secret, let seconds = answer["expiresIn"]?.double
    else { return nil }
    var renewed = token
    renewed[.startUrl] = SharedSecret(copying: settings.startURL)
    renewed[.region] = SharedSecret(copying: settings.region)
    renewed[.accessToken] = accessToken
    renewed[.refreshToken] = answer["refreshToken"]?.secret
    renewed[.expiresAt] = SharedSecret(
      copying: Timestamp.format(world.context.now().addingTimeInterval(seconds)))
    return renewed
  }

  /// Three tries: the calls only hand something out, and the service throttles.
  private func send(_ request: HTTPRequest) -> Result<HTTPResponse, HTTPFailure> {
    let transport = world.transport()
    var result = transport.send([request])[0]
    for _ in 0..<2 {
      if case .success(let response) = result, response.status != 429, response.status < 500 {
        break
      }
      world.context.sleep(.seconds(1))
      result = transport.send([request])[0]
    }
    return result
  }

  /// Without a slash at the end.
  private func endpoint(_ service: Service) throws(CredentialFailure) -> String {
    do throws(EndpointFailure) {
      var url = try Endpoint(service, region: settings.region, settings: world.ownEndpoints).url
      while url.hasSuffix("/") { url.removeLast() }
      return url
    } catch {
      let isRegion = error == .invalidRegion(settings.region)
      throw CredentialFailure(
        .settingInvalid, source: SSOProvider.providerName,
        isRegion ? "sso_region is \"\(settings.region)\", which is not a region" : "\(error)",
        remedy: "Mend it in \(world.configuration.configFile.path) or in the environment.")
    }
  }

  private func failure(_ message: String) -> CredentialFailure {
    CredentialFailure(
      .ssoFailed, source: SSOProvider.providerName,
      "the portal of \(settings.startURL) in \(settings.region) \(message)",
      remedy:
        "Look whether \(settings.accountId) has the role \(settings.roleName) assigned to you.")
  }
}
