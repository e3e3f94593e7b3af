internal import AWSClient
internal import LibCrypto
internal import SecretCoding

internal import struct FoundationEssentials.Data

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
    guard let clientId = token["clientId"]?.secret, let refresh = token["refreshToken"]?.secret
    else { throw file.failure("has no clientId and refreshToken in words") }
    let body = JSONValue.object([
      ("clientId", .text(clientId)), ("refreshToken", .text(refresh)),
      ("grantType", .text("refresh_token")),
    ])
    let url = try endpoint(token) + "/v1/token"
    let request = HTTPRequest(
      method: "POST", url: url,
      headers: [("Content-Type", "application/json"), ("DPoP", try proof(token, url))],
      body: SharedSecret(body.serialized()), responseLimit: 64 << 10)
    let response: HTTPResponse
    switch world.transport().send([request])[0] {
    case .success(let answer): response = answer
    case .failure(let error): throw file.failure("can't be renewed: \(error.message)")
    }
    let answer = JSONValue.read(response.body.bytes)
    guard response.status == 200, let answer else {
      let reason = Redaction.firstLines(of: answer?["error"]?.string ?? "no reason given")
      throw file.failure("can't be renewed: status \(response.status), \(reason)")
    }
    return try merging(answer, into: token)
  }

  private func merging(
    _ answer: JSONValue, into token: JSONValue
  ) throws(CredentialFailure) -> JSONValue {
    guard let seconds = answer["expiresIn"]?.double, var access = answer["accessToken"],
      let refresh = answer["refreshToken"]
    else { throw file.failure("can't be renewed: AWS answered without new credentials") }
    access["accountId"] = token["accessToken"]?["accountId"]
    access["expiresAt"] = .text(
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
    guard let pem = token["dpopKey"]?.secret, let der = Base64.decode(Self.base64(inPEM: pem)),
      let key = P256PrivateKey.decode(der: der)
    else { throw file.failure("has a dpopKey that is no key on the curve P-256") }
    let point = key.publicCoordinates()
    let jwk = JSONValue.object([
      ("kty", .text("EC")), ("crv", .text("P-256")), ("x", .text(Self.base64URL(point.x))),
      ("y", .text(Self.base64URL(point.y))),
    ])
    let header = JSONValue.object([
      ("typ", .text("dpop+jwt")), ("alg", .text("ES256")), ("jwk", jwk),
    ])
    let claims = JSONValue.object([
      ("htm", .text("POST")), ("htu", .text(url)),
      ("iat", .number("\(Int(world.context.now().timeIntervalSince1970))")),
      ("jti", .text(SecureRandom.id())),
    ])
    let signed = Self.base64URL(header) + "." + Self.base64URL(claims)
    return signed + "." + Self.base64URL(key.signature(of: Array(signed.utf8)))
  }

  /// What stands between the lines that begin and end it (RFC 7468).
  private static func base64(inPEM pem: SharedSecret) -> SecretBytes {
    pem.withUnsafeBytes { bytes in
      let base64 = WipingBuffer(capacity: bytes.count)
      for line in IniText.lines(bytes) where !line.starts(with: "-----".utf8) {
        base64.append(UnsafeRawBufferPointer(rebasing: line))
      }
      return base64.take()
    }
  }

  private static func base64URL(_ value: JSONValue) -> String {
    base64URL(value.serialized().withUnsafeBytes { Array($0) })
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
