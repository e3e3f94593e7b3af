/// The EC2 instance metadata service (IMDS), version 2 first.
///
/// See "Use IMDSv2" in the EC2 user guide. The settings are those of the SDKs, each by environment
/// variable or by the profile's setting of the same name in lower case without `AWS_`.
struct InstanceMetadata {
  /// What a look at the service came to.
  enum Answer {
    case found([UInt8])
    /// There is no such service here, or it has nothing: the reason.
    case unavailable(String)
  }

  let base: String
  private let timeout: Duration
  private let attempts: Int
  private let version1IsDisabled: Bool
  private let transport: any HTTPTransport
  private var token: String?

  /// Nil with the reason when it is switched off.
  static func open(_ world: CredentialsWorld) throws(CredentialFailure) -> InstanceMetadata? {
    if world.context.flag("AWS_EC2_METADATA_DISABLED") == true { return nil }
    return try InstanceMetadata(world)
  }

  private init(_ world: CredentialsWorld) throws(CredentialFailure) {
    let settings = InstanceMetadataSettings(world)
    base = try settings.base()
    timeout = .seconds(
      try settings.number("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout"))
    attempts = try settings.number(
      "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts")
    version1IsDisabled = settings.flag("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled")
    transport = world.transport()
  }

  /// Opens a session. Nil when it is open, in version 1 if need be; otherwise why it isn't.
  mutating func connect() throws(CredentialFailure) -> String? {
    let request = self.request(
      "PUT", "latest/api/token", [("x-aws-ec2-metadata-token-ttl-seconds", "21600")])
    for _ in 0..<attempts {
      switch transport.send([request])[0] {
      case .success(let response) where response.status == 200:
        token = String(decoding: response.body, as: UTF8.self)
        return nil
      case .success(let response) where response.status == 400:
        return "\(base) refused the request for a session (status 400)"
      case .success(let response) where [403, 404, 405].contains(response.status):
        return try versionOne(because: "\(base) answered with status \(response.status)")
      case .success: continue
      case .failure(let error) where error.kind == .timedOutAfterSending:
        // Too few hops: in a container the answer's packets die one hop before they arrive.
        return try versionOne(because: "\(base) did not answer in time (hop limit?)")
      case .failure(let error) where error.kind == .invalidRequest:
        throw Self.failure(.settingInvalid, "\(base): \(error.message)")
      case .failure: continue
      }
    }
    return try versionOne(because: "\(base) could not be reached")
  }

  private func versionOne(because reason: String) throws(CredentialFailure) -> String? {
    guard version1IsDisabled else { return nil }
    throw Self.failure(
      .instanceMetadataFailed, "\(reason), and IMDSv1 is switched off")
  }

  /// Reads one path under `latest/meta-data/`.
  func read(_ path: String) -> Answer {
    let request = self.request(
      "GET", "latest/meta-data/" + path,
      token.map { [("x-aws-ec2-metadata-token", $0)] } ?? [])
    var problem = ""
    for _ in 0..<attempts {
      switch transport.send([request])[0] {
      case .success(let response) where response.status == 200 && !response.body.isEmpty:
        return .found(response.body)
      case .success(let response): problem = "answered with status \(response.status)"
      case .failure(let error): problem = "gave no answer (\(error.kind.rawValue))"
      }
    }
    return .unavailable("\(base) \(problem)")
  }

  private func request(
    _ method: String, _ path: String, _ headers: [(name: String, value: String)]
  ) -> HTTPRequest {
    HTTPRequest(
      method: method, url: base + (base.hasSuffix("/") ? "" : "/") + path, headers: headers,
      timeouts: .init(connect: timeout, total: timeout), responseLimit: 64 << 10,
      mayUseProxy: false)
  }

  static func failure(
    _ code: CredentialFailure.Code, _ message: String
  ) -> CredentialFailure {
    CredentialFailure(
      code, source: "instance metadata", message,
      remedy: "See AWS_EC2_METADATA_SERVICE_ENDPOINT, AWS_EC2_METADATA_V1_DISABLED and the"
        + " instance's metadata options (hop limit 2 for containers).")
  }
}
