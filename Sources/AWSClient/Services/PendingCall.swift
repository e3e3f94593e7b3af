internal import FoundationEssentials
internal import LibCrypto
internal import Logging
internal import SigV4

/// A call under way, whatever its output.
protocol PendingCalling: AnyObject {
  /// When the next try may start; nil when none is waited for.
  var waitsUntil: Duration? { get }
  func isReady(at now: Duration) -> Bool
  /// Signs. Nil when it can't be: the call is over then.
  func request() -> HTTPRequest?
  func received(_ result: Result<HTTPResponse, HTTPFailure>, sentAt: Duration)
}

/// One call from the first signing to its result: fence, signature, retries, pages.
final class PendingCall<Output: Sendable>: PendingCalling {
  private enum State {
    /// Legal next: waiting, done. (A retry, or the next page, starts at `until`.)
    case waiting(until: Duration)
    case done(Result<Reply<Output>, AWSFailure>)
  }

  private let client: ServiceClient
  private let call: Call<Output>
  private let region: String
  /// The operation of the present page.
  private var operation: Operation<Output>
  private var retry: RetryState
  private var state = State.waiting(until: .zero)
  private var signedAt: Date?
  private var signedWith: Credentials?
  /// When the call, and its present page, have to be over; nil: nothing was sent yet.
  private var deadline: (call: Duration, page: Duration)?
  /// Some try before the present one may have been executed.
  private var mayHaveBeenExecuted = false

  init(_ call: Call<Output>, client: ServiceClient) {
    self.call = call
    self.client = client
    region = call.region ?? client.region
    operation = call.operation
    retry = RetryState(call.operation.repeatability)
  }

  var result: Result<Reply<Output>, AWSFailure> {
    switch state {
    case .done(let result): result
    case .waiting: .failure(failure(.notSent, "the call was left before its end"))
    }
  }

  var waitsUntil: Duration? {
    guard case .waiting(let until) = state else { return nil }
    return until
  }

  func isReady(at now: Duration) -> Bool {
    waitsUntil.map { $0 <= now } ?? false
  }

  func request() -> HTTPRequest? {
    do throws(AWSFailure) {
      return try sign()
    } catch {
      state = .done(.failure(error))
      return nil
    }
  }

  private func sign() throws(AWSFailure) -> HTTPRequest {
    let endpoint: Endpoint
    do throws(EndpointFailure) {
      endpoint = try client.endpoint(operation.service, region: region)
    } catch {
      throw failure(.misconfigured, error.description)
    }
    var headers = [("Content-Type", operation.contentType)]
    if let target = operation.target { headers.append(("X-Amz-Target", target)) }
    let credentials = operation.isSigned ? try credentials() : nil
    // Nothing that takes time may come between this moment, the fence and the signature.
    let date = client.shared.clock.now()
    if case .closed(let reason) = call.fence?(date) ?? .open {
      throw failure(.fenced, reason)
    }
    (signedAt, signedWith) = (date, credentials)
    let token = Self.sessionToken(credentials)
    if let credentials {
      headers = try signature(endpoint, headers, token, credentials, date)
    }
    headers.append(("User-Agent", "rotate"))
    return client.httpRequest(
      endpoint, headers: headers, secretHeaders: token, body: operation.body, left: timeLeft())
  }

  /// A server that sends a byte now and then is never silent, so the whole of a call is limited.
  private func timeLeft() -> Duration {
    let now = client.shared.clock.uptime()
    let call = deadline?.call ?? now + client.callLimit * ServiceClient.listingFactor
    let page = deadline?.page ?? min(now + client.callLimit, call)
    deadline = (call, page)
    return max(page - now, .milliseconds(1))
  }

  private func credentials() throws(AWSFailure) -> Credentials {
    if let own = call.credentials { return own }
    do {
      return try client.credentials()
    } catch {
      throw failure(.noCredentials, String(describing: error))
    }
  }

  /// The header of temporary credentials, which never becomes a `String`.
  private static func sessionToken(
    _ credentials: Credentials?
  ) -> [(name: String, value: SharedSecret)] {
    guard let token = credentials?.sessionToken?.clone() else { return [] }
    return [(SignableRequest.sessionTokenHeader, SharedSecret(token))]
  }

  private func signature(
    _ endpoint: Endpoint, _ headers: [(name: String, value: String)],
    _ token: [(name: String, value: SharedSecret)], _ credentials: Credentials, _ date: Date
  ) throws(AWSFailure) -> [(name: String, value: String)] {
    // Who signs only this call leaves nothing behind: a signer keeps what it signed with.
    let signer =
      call.credentials == nil
      ? client.signer(operation.service, region: endpoint.signingRegion)
      : Signer(region: endpoint.signingRegion, service: operation.service.rawValue)
    var request = SignableRequest(
      method: "POST", url: endpoint.url, headers: headers,
      payload: .precomputed(hash: SHA256.hexDigest(of: operation.body.bytes)))
    request.secretHeaders = token
    do throws(SigningError) {
      return try signer.sign(
        request, accessKeyId: credentials.accessKeyId,
        secretAccessKey: credentials.secretAccessKey,
        date: SigningDate(secondsSinceEpoch: date.timeIntervalSince1970)
      ).headers
    } catch {
      throw failure(.misconfigured, "the request can't be signed: \(error)")
    }
  }
}

// MARK: - Answers

extension PendingCall {
  func received(_ result: Result<HTTPResponse, HTTPFailure>, sentAt: Duration) {
    client.shared.counters.sent(
      operation.service, operation.name, isRetry: retry.attempts > 1)
    switch result {
    case .failure(let failure):
      log(sentAt, ["failure": "\(failure.kind.rawValue)"])
      let kind: AWSFailure.Kind =
        switch failure.kind {
        case .invalidRequest: .misconfigured
        case .badTrust: .badTrust
        case .malformedResponse, .responseTooLarge: .malformed
        default: failure.mayHaveBeenActedOn ? .noReply : .notSent
        }
      failed(AttemptOutcome(failure), self.failure(kind, failure.message))
    case .success(let response):
      log(sentAt, ["status": "\(response.status)", "requestId": "\(requestId(response) ?? "-")"])
      received(response, sentAt: sentAt)
    }
  }

  private func received(_ response: HTTPResponse, sentAt: Duration) {
    let written = response.header("Date")
    let date = written.flatMap { HTTPDate.parse($0, now: client.shared.clock.now()) }
    // Where it is not AWS that answered, its time is anybody's.
    func setClock() {
      if let date {
        client.shared.clock.observe(date, sentAt: sentAt)
      } else if let written {
        client.shared.clock.observe(unreadable: written)
      }
    }
    guard (200..<300).contains(response.status) else {
      let error = ServiceError(response)
      if error.code != nil { setClock() }
      return refused(response, error, date)
    }
    do throws(CodecFailure) {
      let decoded = try operation.decode(response)
      setClock()
      switch decoded {
      case .complete(let output): succeeded(output, requestId(response))
      case .continues(let next):
        retry.succeeded(budget: client.shared.budget)
        operation = next
        if let call = deadline?.call {
          deadline?.page = min(client.shared.clock.uptime() + client.callLimit, call)
        }
        retry = RetryState(next.repeatability)
        mayHaveBeenExecuted = false
      }
    } catch {
      let failure = failure(
        .malformed, error.message, status: response.status, requestId: requestId(response))
      failed(.transient(mayHaveBeenExecuted: true), failure)
    }
  }

  private func refused(_ response: HTTPResponse, _ error: ServiceError, _ date: Date?) {
    if let done = operation.doneAfterLostReply, done.code == error.code, mayHaveBeenExecuted {
      succeeded(done.output, error.requestId)
      return
    }
    let skew = date.flatMap { date in
      signedAt.map { Duration.milliseconds(Int(date.timeIntervalSince($0) * 1_000)) }
    }
    let outcome = AttemptOutcome(status: response.status, code: error.code, skew: skew)
    let isFault = response.status >= 500 || ErrorCodes.transient.contains(error.code ?? "")
    let kind: AWSFailure.Kind =
      if outcome == .throttled { .throttled } else if isFault { .serviceFault } else {
        error.code == nil ? .malformed : .refused
      }
    if kind == .throttled {
      client.shared.counters.throttled(operation.service, operation.name)
    }
    let message = error.message ?? "HTTP status \(response.status)"
    let failure = failure(
      kind, scrubbed(message), status: response.status, code: error.code,
      requestId: error.requestId)
    failed(outcome, failure)
  }

  private func succeeded(_ output: Output, _ requestId: String?) {
    retry.succeeded(budget: client.shared.budget)
    state = .done(.success(Reply(output, requestId: requestId)))
  }

  private func failed(_ outcome: AttemptOutcome, _ failure: AWSFailure) {
    if outcome.mayHaveBeenExecuted { mayHaveBeenExecuted = true }
    let random = client.shared.random()
    switch retry.failed(outcome, budget: client.shared.budget, random: random) {
    case .retry(let delay) where client.shared.clock.uptime() + delay < deadline?.page ?? .zero:
      state = .waiting(until: client.shared.clock.uptime() + delay)
    case .retry, .giveUp:
      var failure = failure
      failure.execution = mayHaveBeenExecuted ? .unknown : .notExecuted
      state = .done(.failure(failure))
    }
  }

  private func requestId(_ response: HTTPResponse) -> String? {
    ServiceError.requestId(response)
  }

  private func failure(
    _ kind: AWSFailure.Kind, _ message: String, status: Int? = nil, code: String? = nil,
    requestId: String? = nil
  ) -> AWSFailure {
    AWSFailure(
      kind, execution: mayHaveBeenExecuted ? .unknown : .notExecuted,
      service: operation.service, operation: operation.name, region: region, status: status,
      code: code, message: message, requestId: requestId)
  }

  /// AWS's words without what they may repeat of the request: a refused signature comes with the
  /// whole canonical request, session token included, and a refused value with the value.
  private func scrubbed(_ message: String) -> String {
    var text = message
    if let canonical = text.firstRange(of: "The Canonical String") {
      text = text[..<canonical.lowerBound].trimmingBlanks
    }
    // As bytes: a `String` of the secret to search for couldn't be wiped.
    func strike(_ secret: borrowing SecretBytes) {
      guard secret.count > 0 else { return }
      let parts = secret.withUnsafeBytes { secret in
        Array(text.utf8).split(separator: secret, omittingEmptySubsequences: false)
      }
      guard parts.count > 1 else { return }
      text = parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "[secret]")
    }
    if let secret = operation.secret { strike(secret.bytes) }
    if let credentials = signedWith {
      strike(credentials.secretAccessKey)
      if let token = credentials.sessionToken?.clone() { strike(token) }
    }
    return text
  }

  private func log(_ sentAt: Duration, _ metadata: Logger.Metadata) {
    let took = (client.shared.clock.uptime() - sentAt).milliseconds
    client.shared.logger.debug(
      "\(operation.service.displayName) \(operation.name)",
      metadata: metadata.merging(
        ["region": "\(region)", "attempt": "\(retry.attempts)", "milliseconds": "\(took)"]
      ) { first, _ in first })
  }
}
