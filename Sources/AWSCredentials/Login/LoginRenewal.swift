internal import AWSClient
internal import LibCrypto

internal import struct FoundationEssentials.Data
internal import class FoundationEssentials.JSONDecoder
internal import class FoundationEssentials.JSONEncoder

/// CreateOAuth2Token of AWS Sign-In: the refresh token of a sign-in is exchanged for new
/// credentials. The request is bound to the sign-in's key by a DPoP proof (RFC 9449).
struct LoginRenewal {
  private let file: LoginTokenFile
  private let world: CredentialsWorld

  init(file: LoginTokenFile, _ world: CredentialsWorld) {
    self.file = file
    self.world = world
  }

  /// The token with new credentials in it; all that else it holds stays.
  func renewed(_ token: JSONValue) throws(CredentialFailure) -> JSONValue {
    guard let clientId = token["clientId"]?.string, let refresh = token["refreshToken"]?.string,
      let body = try? JSONEncoder().encode([
        "clientId": clientId, "refreshToken": refresh, "grantType": "refresh_token",
      ])
    else { throw file.failure("has no clientId and refreshToken in words") }
    let url = try endpoint(token) + "/v1/token"
    let request = HTTPRequest(
      method: "POST", url: url,
      headers: [("Content-Type", "application/json"), ("DPoP", try proof(token, url))],
      body: Array(body), responseLimit: 64 << 10)
    let response: HTTPResponse
    switch world.transport().send([request])[0] {
    case .success(let answer): response = answer
    case .failure(let error): throw file.failure("can't be renewed: \(error.message)")
    }
    let answer = try? JSONDecoder().decode(JSONValue.self, from: Data(response.body))
    guard response.status == 200, let answer else {
      let reason = Redaction.firstLines(of: answer?["error"]?.string ?? "no reason given")
      throw file.failure("can't be renewed: status \(response.status), \(reason)")
    }
    return try merging(answer, into: token)
  }

  private func merging(
    _ answer: JSONValue, into token: JSONValue
  ) throws(CredentialFailure) -> JSONValue {
    guard case .number(let seconds) = answer["expiresIn"], var access = answer["accessToken"],
      let refresh = answer["refreshToken"]
    else { throw file.failure("can't be renewed: AWS answered without new credentials") }
    access["accountId"] = token["accessToken"]?["accountId"]
    access["expiresAt"] = .string(
      Timestamp.format(world.context.now().addingTimeInterval(seconds)))
    var renewed = token
    renewed["accessToken"] = access
    renewed["refreshToken"] = refresh
    return renewed
  }

  /// The sign-in's own region comes before the configured one.
  private func endpoint(_ token: JSONValue) throws(CredentialFailure) -> String {
    let settings = world.ownEndpoints
    let region = token["signInRegion"]?.string ?? world.settings.region
    guard region != nil || settings.serviceURLs[.signin] ?? settings.url != nil else {
      throw file.failure("can't be renewed: no region is set")
    }
    do throws(EndpointFailure) {
      // Where the URL is configured, no region is part of it.
      var url = try Endpoint(.signin, region: region ?? "aws-global", settings: settings).url
      while url.hasSuffix("/") { url.removeLast() }
      return url
    } catch {
      throw file.failure("can't be renewed: \(error)")
    }
  }

  private func proof(_ token: JSONValue, _ url: String) throws(CredentialFailure) -> String {
    let pem = token["dpopKey"]?.string ?? ""
    let base64 = pem.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }.joined()
    guard let der = Data(base64Encoded: base64),
      let key = P256PrivateKey.decode(der: SecretBytes(copying: Array(der)))
    else { throw file.failure("has a dpopKey that is no key on the curve P-256") }
    let point = key.publicCoordinates()
    let jwk = [
      "kty": "EC", "crv": "P-256", "x": Self.base64URL(point.x), "y": Self.base64URL(point.y),
    ]
    let header: JSONValue = .object([
      "typ": .string("dpop+jwt"), "alg": .string("ES256"),
      "jwk": .object(jwk.mapValues { .string($0) }),
    ])
    let claims: JSONValue = .object([
      "htm": .string("POST"), "htu": .string(url),
      "iat": .number(world.context.now().timeIntervalSince1970.rounded(.down)),
      "jti": .string(SecureRandom.id()),
    ])
    guard let head = try? JSONEncoder().encode(header), let body = try? JSONEncoder().encode(claims)
    else { throw file.failure("can't be renewed: no proof could be written") }
    let signed = Self.base64URL(Array(head)) + "." + Self.base64URL(Array(body))
    return signed + "." + Self.base64URL(key.signature(of: Array(signed.utf8)))
  }

  /// RFC 4648, section 5, without padding.
  private static func base64URL(_ bytes: [UInt8]) -> String {
    let text = Data(bytes).base64EncodedString().map { character -> Character? in
      switch character {
      case "+": "-"
      case "/": "_"
      case "=": nil
      default: character
      }
    }
    return String(text.compactMap { $0 })
  }
}
