internal import AWSClient
internal import LibCrypto

internal import struct FoundationEssentials.Data
internal import struct FoundationEssentials.Date
internal import class FoundationEssentials.JSONDecoder
internal import class FoundationEssentials.JSONEncoder

/// The two unsigned calls of IAM Identity Center: GetRoleCredentials of the portal, CreateToken of
/// the OpenID Connect service.
struct SSOPortal {
  private let settings: SSOSettings
  private let world: CredentialsWorld

  init(_ settings: SSOSettings, _ world: CredentialsWorld) {
    self.settings = settings
    self.world = world
  }

  func roleCredentials(accessToken: String) throws(CredentialFailure) -> Credentials {
    let query = FormBody.encode([
      ("role_name", settings.roleName), ("account_id", settings.accountId),
    ])
    let request = HTTPRequest(
      method: "GET",
      url: try endpoint(.sso)
        + "/federation/credentials?\(String(decoding: query, as: UTF8.self))",
      headers: [("x-amz-sso_bearer_token", accessToken)], responseLimit: 64 << 10)
    let response: HTTPResponse
    switch send(request) {
    case .failure(let error): throw failure("gave no answer: \(error.message)")
    case .success(let answer): response = answer
    }
    if response.status == 401 {
      throw SSOToken.failure("AWS refuses the cached sign-in", settings)
    }
    guard response.status == 200 else {
      let body = String(decoding: response.body.prefix(4096), as: UTF8.self)
      let words = Redaction.firstLines(of: body.replacing(accessToken, with: "[…]"))
      throw failure(
        "answered with status \(response.status)" + (words.isEmpty ? "" : " and said: \(words)"))
    }
    guard
      let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body))
        .roleCredentials
    else { throw failure("answered with something else than credentials") }
    return Credentials(
      accessKeyId: answer.accessKeyId,
      secretAccessKey: SecretBytes(copying: answer.secretAccessKey),
      sessionToken: SecretBytes(copying: answer.sessionToken),
      // Whole seconds, as every other source counts.
      expiration: Date(timeIntervalSince1970: (answer.expiration / 1000).rounded(.down)),
      source: "\(SSOProvider.providerName) \(settings.roleName) in \(settings.accountId)")
  }

  /// A new token; nil when this one can't be renewed, or AWS doesn't.
  func renew(_ token: SSOToken) throws(CredentialFailure) -> SSOToken? {
    let endpoint = try endpoint(.ssoOIDC)
    guard let clientId = token.clientId, let clientSecret = token.clientSecret,
      let refreshToken = token.refreshToken,
      let registration = token.registrationExpiresAt.flatMap(Timestamp.parse),
      registration > world.context.now(),
      let body = try? JSONEncoder().encode([
        "grantType": "refresh_token", "clientId": clientId, "clientSecret": clientSecret,
        "refreshToken": refreshToken,
      ])
    else { return nil }
    let request = HTTPRequest(
      method: "POST", url: endpoint + "/token",
      headers: [("Content-Type", "application/json")], body: Array(body), responseLimit: 64 << 10)
    guard case .success(let response) = send(request), response.status == 200,
      let answer = try? JSONDecoder().decode(Renewal.self, from: Data(response.body))
    else { return nil }
    var renewed = token
    renewed.startUrl = settings.startURL
    renewed.region = settings.region
    renewed.accessToken = answer.accessToken
    renewed.refreshToken = answer.refreshToken
    renewed.expiresAt = Timestamp.format(
      world.context.now().addingTimeInterval(answer.expiresIn))
    return renewed
  }

  private struct Answer: Decodable {
    struct RoleCredentials: Decodable {
      var accessKeyId: String
      var secretAccessKey: String
      var sessionToken: String
      /// In milliseconds since 1970.
      var expiration: Double
    }

    var roleCredentials: RoleCredentials
  }

  private struct Renewal: Decodable {
    var accessToken: String
    var refreshToken: String?
    /// In seconds.
    var expiresIn: Double
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
