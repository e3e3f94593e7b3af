internal import AWSClient
internal import Host
internal import LibCrypto

/// The credentials of an ECS task, an EKS pod or whatever else names an endpoint:
/// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI`.
///
/// See "Container credential provider" in the AWS SDKs and Tools reference guide.
struct ContainerProvider: CredentialProvider {
  let name = "container"
  let credentialSource: String? = "EcsContainer"

  func provide(_ world: CredentialsWorld) -> ProviderResult {
    let relative = world.environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    let full = world.environment("AWS_CONTAINER_CREDENTIALS_FULL_URI")
    guard let url = relative.map({ "http://169.254.170.2" + $0 }) ?? full else {
      return .notConfigured(
        "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI"
          + " is set")
    }
    do throws(CredentialFailure) {
      // Checked for the relative form too: "@elsewhere/" would name another host.
      try check(url)
      let request = HTTPRequest(
        method: "GET", url: url,
        headers: [("Accept", "application/json")], secretHeaders: try authorization(world),
        timeouts: .init(connect: .seconds(2), total: .seconds(2)), responseLimit: 64 << 10,
        mayUseProxy: false)
      return .found(try fetch(request, world))
    } catch {
      return .failed(error)
    }
  }

  /// Over plain HTTP only this machine and the agents' link-local addresses may be asked: the
  /// authorization token goes there, and the credentials come back.
  private func check(_ url: String) throws(CredentialFailure) {
    guard let parts = URLParts(url), ["http", "https"].contains(parts.scheme) else {
      throw failure(
        .settingInvalid, "the URI of the container's credentials is not an http or https URL",
        remedy: "Mend AWS_CONTAINER_CREDENTIALS_FULL_URI.")
    }
    if parts.scheme == "https" || Self.hosts.contains(parts.host) || parts.isLoopback { return }
    throw failure(
      .containerHostRefused, "over plain http, \(parts.host) may not be asked for credentials",
      remedy: "Use https, a loopback address, or one of \(Self.hosts.joined(separator: ", ")).")
  }

  /// For messages: the rest of the URL may hold a password.
  private static func place(_ url: String) -> String {
    "the endpoint of the container's credentials, \(URLParts(url)?.host ?? "?"),"
  }

  private static let hosts = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost"]

  private func authorization(
    _ world: CredentialsWorld
  ) throws(CredentialFailure) -> [(name: String, value: SharedSecret)] {
    var token = world.environment("AWS_CONTAINER_AUTHORIZATION_TOKEN")
      .map { SharedSecret(copying: $0) }
    if let path = world.environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
      do throws(FileFailure) {
        token = SharedSecret(try world.context.files.read(path, limit: 64 << 10))
      } catch {
        throw failure(
          .fileUnreadable,
          "\(path), named by AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE:"
            + " \(error.reason)",
          remedy: "Mend the file, or unset the variable.")
      }
    }
    guard let token else { return [] }
    // A line end would start another header.
    guard token.withUnsafeBytes({ $0.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }) else {
      throw failure(
        .settingInvalid,
        "the container's authorization token holds a line end or another control"
          + " character",
        remedy: "Write the token without a line end (in a file: printf %s, not echo).")
    }
    return [("Authorization", token)]
  }

  /// Three tries a second apart, as every SDK does: the agent may still be starting.
  private func fetch(
    _ request: HTTPRequest, _ world: CredentialsWorld
  ) throws(CredentialFailure) -> Credentials {
    let transport = world.transport()
    var problem = ""
    for attempt in 1...3 {
      if attempt > 1 { world.context.sleep(.seconds(1)) }
      switch transport.send([request])[0] {
      case .success(let response) where response.status == 200:
        guard let document = CredentialsDocument.decode(response.body.bytes)
        else {
          problem = "answered with something else than a JSON object"
          continue
        }
        return try read(document, request.url)
      case .success(let response):
        let words = Self.words(response, to: request)
        problem =
          "answered with status \(response.status)" + (words.isEmpty ? "" : " and said: \(words)")
      case .failure(let error): problem = "gave no answer: \(error.message)"
      }
    }
    throw failure(
      .containerFailed, "\(Self.place(request.url)) \(problem)",
      remedy: "Look at the task's or pod's role and at its agent's log.")
  }

  /// What a refusal says, without the token, should it repeat that.
  private static func words(_ response: HTTPResponse, to request: HTTPRequest) -> String {
    let tokens = request.secretHeaders.map { $0.value.bytes.string() }
      .flatMap { $0.split(separator: " ") }.filter { $0.utf8.count >= 8 }
    let body = response.body.beginning(4096)
    return Redaction.firstLines(of: tokens.reduce(body) { $0.replacing($1, with: "[…]") })
  }

  private func read(
    _ document: CredentialsDocument, _ url: String
  ) throws(CredentialFailure) -> Credentials {
    let missing = document.missing([.accessKeyId, .secretAccessKey, .token, .expiration])
    guard missing.isEmpty, let expiration = document.expiration,
      let found = document.credentials(token: .token, expiration: expiration, source: name)
    else {
      let what =
        missing.isEmpty
        ? "with the Expiration \(document.shown(.expiration)), which is not a time with a zone"
        : "without \(missing.joined(separator: ", "))"
      throw failure(
        .containerFailed, "\(Self.place(url)) answered \(what)",
        remedy: "Look at the task's or pod's role and at its agent's log.")
    }
    return found
  }
}
