internal import AWSClient
internal import LibCrypto

/// The EC2 instance metadata service (IMDS), version 2 first.
///
/// See "Use IMDSv2" in the EC2 user guide. The settings are those of the SDKs, each by environment
/// variable or by the profile's setting of the same name in lower case without `AWS_`.
///
/// Each thing is asked for up to four times, as newer SDKs do it: a host whose only source of
/// credentials is its role must not lose a night to one answer of status 500. A request ends after a
/// second, so the three questions of a search (token, role, credentials) take 18 seconds at the very
/// most, and a host that isn't in EC2 is told from one that is by the first request or two.
struct InstanceMetadata {
  /// What a look at the service came to.
  enum Answer {
    case found(SharedSecret)
    /// There is no such service here, or it has nothing: the reason.
    case unavailable(String)
  }

  /// What an answer must be, in words, and whether it is that.
  struct Expectation: Sendable {
    var words: String
    var isMet: @Sendable (SharedSecret) -> Bool

    static let text = Expectation(words: "a text") { $0.count > 0 }
  }

  private enum Session {
    case closed
    case open(token: SharedSecret)
    /// Without a token. When the request for one timed out, the hops may have been too few, and the
    /// service may just be slow: then it is asked for one again.
    case versionOne(isCertain: Bool)
  }

  private enum Outcome {
    case found(SharedSecret)
    case final(String)
    case transient(String)
  }

  let base: String
  private let timeout: Duration
  private let attempts: Int
  /// Whoever configures a number of attempts gets it, whatever the failure.
  private let attemptsAreConfigured: Bool
  private let version1IsDisabled: Bool
  private let transport: any HTTPTransport
  private let sleep: @Sendable (Duration) -> Void
  private var session = Session.closed
  private var tokenRequests = 0
  /// Whether there is a service at all: something has taken a connection.
  private var isThere = false
  private var connectionTimeouts = 0

  /// Nil with the reason when it is switched off.
  static func open(_ world: CredentialsWorld) throws(CredentialFailure) -> InstanceMetadata? {
    if world.context.flag("AWS_EC2_METADATA_DISABLED") == true { return nil }
    return try InstanceMetadata(world)
  }

  private init(_ world: CredentialsWorld) throws(CredentialFailure) {
    let settings = InstanceMetadataSettings(world)
    base = try settings.base()
    timeout = .seconds(
      try settings.number("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout") ?? 1)
    let configured = try settings.number(
      "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts")
    attempts = configured ?? 4
    attemptsAreConfigured = configured != nil
    version1IsDisabled = settings.flag("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled")
    transport = world.transport()
    sleep = world.context.sleep
  }

  /// Reads one path under `latest/meta-data/`.
  mutating func read(
    _ path: String, expecting expectation: Expectation = .text
  ) throws(CredentialFailure) -> Answer {
    var problem = ""
    for attempt in 1...attempts {
      if attempt > 1 { sleep(Self.pause(before: attempt)) }
      switch try readOnce(path, expectation) {
      case .found(let body): return .found(body)
      case .final(let reason): return .unavailable("\(base) \(reason)")
      case .transient(let reason): problem = reason
      }
    }
    return .unavailable("\(base) \(problem)")
  }

  /// A quarter of a second, then twice as long each time, a second at most.
  private static func pause(before attempt: Int) -> Duration {
    .milliseconds(250 << min(attempt - 2, 2))
  }

  private mutating func readOnce(
    _ path: String, _ expectation: Expectation
  ) throws(CredentialFailure) -> Outcome {
    if case .closed = session, let reason = try connect() { return .final(reason) }
    var token: SharedSecret?
    var mayAskForToken = tokenRequests < attempts
    var isTentative = false
    switch session {
    case .open(let open): token = open
    case .versionOne(let isCertain):
      isTentative = !isCertain && mayAskForToken
      mayAskForToken = isTentative
    case .closed: break
    }
    switch transport.send([request("GET", "latest/meta-data/" + path, token: token)])[0] {
    case .success(let response) where response.status == 200:
      isThere = true
      if expectation.isMet(response.body) { return .found(response.body) }
      return .transient("did not answer with \(expectation.words)")
    case .success(let response):
      isThere = true
      let problem = "answered with status \(response.status)"
      if response.status == 401, mayAskForToken {
        session = .closed
        return .transient(problem)
      }
      return Self.isTransient(response.status) ? .transient(problem) : .final(problem)
    case .failure(let error):
      if isTentative { session = .closed }
      return try failed(error)
    }
  }

  /// Opens a session. Nil when it is open, in version 1 if need be; otherwise why it isn't.
  private mutating func connect() throws(CredentialFailure) -> String? {
    var problem = ""
    while tokenRequests < attempts {
      if tokenRequests > 0 { sleep(Self.pause(before: tokenRequests + 1)) }
      tokenRequests += 1
      switch try connectOnce() {
      case nil, .found: return nil
      case .final(let reason): return reason
      case .transient(let reason): problem = reason
      }
    }
    guard isThere else { return problem }
    try goOnWithoutToken(because: problem, isCertain: true)
    return nil
  }

  /// Nil when a session is open.
  private mutating func connectOnce() throws(CredentialFailure) -> Outcome? {
    let request = self.request(
      "PUT", "latest/api/token", [("x-aws-ec2-metadata-token-ttl-seconds", "21600")])
    let problem: String
    switch transport.send([request])[0] {
    case .success(let response) where response.status == 200:
      isThere = true
      session = .open(token: response.body.trimmingBlanks)
      return nil
    case .success(let response):
      isThere = true
      problem = "answered with status \(response.status)"
      if response.status == 400 {
        return .final("refused the request for a session (status 400)")
      }
      guard Self.isTransient(response.status) else {
        try goOnWithoutToken(because: problem, isCertain: true)
        return nil
      }
      return .transient(problem)
    case .failure(let error) where error.kind == .timedOutAfterSending:
      isThere = true
      problem = "did not answer in time (hop limit?)"
      // Too few hops: in a container the answer's packets die one hop before they arrive.
      if version1IsDisabled { return .transient(problem) }
      try goOnWithoutToken(because: problem, isCertain: false)
      return nil
    case .failure(let error): return try failed(error)
    }
  }

  /// In version 1, where it isn't switched off.
  private mutating func goOnWithoutToken(
    because reason: String, isCertain: Bool
  ) throws(CredentialFailure) {
    guard !version1IsDisabled else {
      throw Self.failure(
        .instanceMetadataFailed, "\(base) \(reason), and IMDSv1 is switched off")
    }
    session = .versionOne(isCertain: isCertain)
  }

  /// A host that isn't in EC2 shall not wait: where nothing has ever taken a connection, a second
  /// attempt is made only after a time-out, which a packet lost by a busy service may have caused.
  private mutating func failed(_ error: HTTPFailure) throws(CredentialFailure) -> Outcome {
    if error.kind == .invalidRequest {
      throw Self.failure(.settingInvalid, "\(base): \(error.message)")
    }
    let problem = "gave no answer (\(error.kind.rawValue))"
    if error.kind == .responseTooLarge { return .final(problem) }
    if error.mayHaveBeenActedOn { isThere = true }
    if error.kind == .timedOutBeforeSending { connectionTimeouts += 1 }
    let isWorthwhile =
      isThere || attemptsAreConfigured
      || error.kind == .timedOutBeforeSending && connectionTimeouts < 2
    return isWorthwhile ? .transient(problem) : .final(problem)
  }

  private static func isTransient(_ status: Int) -> Bool {
    status == 429 || status >= 500
  }

  private func request(
    _ method: String, _ path: String, _ headers: [(name: String, value: String)] = [],
    token: SharedSecret? = nil
  ) -> HTTPRequest {
    HTTPRequest(
      method: method, url: base + (base.hasSuffix("/") ? "" : "/") + path, headers: headers,
      secretHeaders: token.map { [("x-aws-ec2-metadata-token", $0)] } ?? [],
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
