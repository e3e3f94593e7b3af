internal import LibCrypto
package import Logging
internal import SigV4

/// Calls AWS's services: signs, sends, tries again where the operation allows it, and reads the
/// replies. It belongs to one thread, as its transport does; what `Shared` holds belongs to the run.
///
/// ```swift
/// let user = try client.run(IAM.getUser(userName: "deployer")).output
/// let (keys, record) = client.run(Call(IAM.listAccessKeys(userName: "deployer")), Call(read))
/// ```
package final class ServiceClient {
  /// What all clients of one run have in common.
  package struct Shared: Sendable {
    package var clock: AWSClock
    package var budget: RetryBudget
    /// From 0 to 1.
    package var random: @Sendable () -> Double
    /// By a clock that counts suspension.
    package var sleep: @Sendable (Duration) -> Void
    /// Gets operations, statuses, request ids and durations; never a header or a body.
    package var logger: Logger
    /// What went out, for monitoring.
    package let counters = CallCounters()

    package init(
      clock: AWSClock, budget: RetryBudget = RetryBudget(),
      random: @escaping @Sendable () -> Double, sleep: @escaping @Sendable (Duration) -> Void,
      logger: Logger
    ) {
      self.clock = clock
      self.budget = budget
      self.random = random
      self.sleep = sleep
      self.logger = logger
    }
  }

  /// Asked before every signing, so that credentials can be renewed. What it throws is shown.
  package typealias CredentialsSource = () throws -> Credentials

  package let region: String
  package let shared: Shared
  let transport: any HTTPTransport
  let credentials: CredentialsSource
  private let endpoints: EndpointSettings
  private let timeouts: HTTPRequest.Timeouts
  /// For one call with all of its tries and the waits between them. A listing has so long for each
  /// page, and `listingFactor` times as long for all of them.
  let callLimit: Duration
  static let listingFactor = 5
  /// Kept for their signing keys.
  private var signers: [String: Signer] = [:]

  package init(
    transport: any HTTPTransport, credentials: @escaping CredentialsSource, region: String,
    endpoints: EndpointSettings = EndpointSettings(), shared: Shared,
    timeouts: HTTPRequest.Timeouts = .init(), callLimit: Duration = .seconds(120)
  ) {
    self.transport = transport
    self.credentials = credentials
    self.region = region
    self.endpoints = endpoints
    self.shared = shared
    self.timeouts = timeouts
    self.callLimit = callLimit
  }

  /// Runs one call to its end.
  @discardableResult
  package func run<Output>(_ call: Call<Output>) throws(AWSFailure) -> Reply<Output> {
    let pending = PendingCall(call, client: self)
    drive([pending])
    return try pending.result.get()
  }

  /// Runs an operation as the client's habits have it.
  @discardableResult
  package func run<Output>(_ operation: Operation<Output>) throws(AWSFailure) -> Reply<Output> {
    try run(Call(operation))
  }

  /// Runs several calls of different kinds at once. Each result stands alone.
  package func run<each Output>(
    _ calls: repeat Call<each Output>
  ) -> (repeat Result<Reply<each Output>, AWSFailure>) {
    let pending = (repeat PendingCall(each calls, client: self))
    var all: [any PendingCalling] = []
    for call in repeat each pending { all.append(call) }
    drive(all)
    return (repeat (each pending).result)
  }

  /// Runs several calls of one kind at once; the results stand in the same order.
  package func run<Output>(_ calls: [Call<Output>]) -> [Result<Reply<Output>, AWSFailure>] {
    let pending = calls.map { PendingCall($0, client: self) }
    drive(pending)
    return pending.map(\.result)
  }

  /// Each round signs and sends together all that is ready, or waits for the first that will be.
  private func drive(_ calls: [any PendingCalling]) {
    while true {
      let ready = calls.filter { $0.isReady(at: shared.clock.uptime()) }
      let signed = ready.compactMap { call in call.request().map { (call: call, request: $0) } }
      if !signed.isEmpty {
        let sentAt = shared.clock.uptime()
        let results = transport.send(signed.map(\.request))
        for (call, result) in zip(signed.map(\.call), results) {
          call.received(result, sentAt: sentAt)
        }
      } else if let next = calls.compactMap(\.waitsUntil).min() {
        shared.sleep(max(next - shared.clock.uptime(), .zero))
      } else if ready.isEmpty {
        return
      }
    }
  }

  func endpoint(_ service: Service, region: String) throws(EndpointFailure) -> Endpoint {
    try Endpoint(service, region: region, settings: endpoints)
  }

  func signer(_ service: Service, region: String) -> Signer {
    let name = "\(region)/\(service.rawValue)"
    if let known = signers[name] { return known }
    let signer = Signer(region: region, service: service.rawValue)
    signers[name] = signer
    return signer
  }

  /// `left`: how long the call may still take.
  func httpRequest(
    _ endpoint: Endpoint, headers: [(name: String, value: String)],
    secretHeaders: [(name: String, value: SharedSecret)], body: SharedSecret, left: Duration
  ) -> HTTPRequest {
    var timeouts = timeouts
    timeouts.total = min(timeouts.total, left)
    return HTTPRequest(
      method: "POST", url: endpoint.url, headers: headers, secretHeaders: secretHeaders,
      body: body, timeouts: timeouts)
  }
}
