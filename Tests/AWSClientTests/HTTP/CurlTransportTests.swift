import AWSClient
import LibCrypto
import Foundation
import Testing

@Suite struct CurlTransportTests {
  private let servers: MisbehavingServers
  /// Of what has to be given up, however busy the machine is.
  private let quick = HTTPRequest.Timeouts(connect: .milliseconds(700), total: .seconds(300))
  /// Enough to connect and to send on a busy machine; then no answer has to come.
  private let brief = HTTPRequest.Timeouts(connect: .seconds(5), total: .seconds(5))
  /// Of what ends by itself: only what hangs takes as long.
  private let patient = HTTPRequest.Timeouts(connect: .seconds(300), total: .seconds(300))

  init() throws {
    servers = try MisbehavingServers.shared.get()
  }

  private func post(
    _ url: String, body: String = "Action=CreateAccessKey", limit: Int = 1 << 20,
    timeouts: HTTPRequest.Timeouts = .init()
  ) -> HTTPRequest {
    HTTPRequest(
      method: "POST", url: url, headers: [("X-Test", "1"), ("X-Blank", "")],
      body: SharedSecret(copying: body), timeouts: timeouts, responseLimit: limit)
  }

  private func send(
    _ request: HTTPRequest, settings: TransportSettings = TransportSettings()
  ) -> Result<HTTPResponse, HTTPFailure> {
    CurlTransport(settings: settings).send([request])[0]
  }

  private func kind(_ result: Result<HTTPResponse, HTTPFailure>) -> HTTPFailure.Kind? {
    guard case .failure(let failure) = result else { return nil }
    return failure.kind
  }

  private var trusting: TransportSettings {
    TransportSettings(environment: ["AWS_CA_BUNDLE": servers.certificate("ca")])
  }

  @Test func sendsExactlyWhatTheRequestSays() throws {
    let response = try send(post(servers.url("echo", path: "/a%20b?c=%2F"))).get()
    let echo = try JSONDecoder().decode([String: String].self, from: response.body.data)
    let port = servers.url("echo").split(separator: ":")[2].dropLast()
    let head = [
      "POST /a%20b?c=%2F HTTP/1.1", "Host: 127.0.0.1:\(port)", "X-Test: 1", "X-Blank:",
      "Content-Length: 22",
    ]
    #expect(echo["head"]?.components(separatedBy: "\r\n") == head)
    #expect(echo["body"] == "Action=CreateAccessKey")
    #expect(response.status == 200)
    #expect(response.header("x-echo") == "yes")
    #expect(response.header("X-EMPTY") == "")
  }

  @Test func dotSegmentsStay() throws {
    let response = try send(post(servers.url("echo", path: "/a/../b"))).get()
    let echo = try JSONDecoder().decode([String: String].self, from: response.body.data)
    #expect(echo["head"]?.hasPrefix("POST /a/../b ") == true)
  }

  @Test(arguments: ["GET", "HEAD", "PUT", "DELETE"])
  func everyMethod(method: String) throws {
    let request = HTTPRequest(method: method, url: servers.url("echo", path: "/\(method)"))
    #expect(try send(request).get().status == 200)
    #expect(try servers.log("echo").contains { $0.hasPrefix("\(method) /\(method) HTTP/1.1\r\n") })
  }

  @Test func handlesAndConnectionsAreReused() throws {
    let transport = CurlTransport(settings: trusting)
    let url = servers.url("tls", scheme: "https")
    for body in ["one", "two", ""] {
      let response = try transport.send([post(url, body: body)])[0].get()
      let echo = try JSONDecoder().decode([String: String].self, from: response.body.data)
      #expect(echo["body"] == body)
    }
  }

  @Test func severalAtOnce() throws {
    // The server answers none of the three before it has read them all.
    let request = post(servers.url("barrier"), timeouts: .init(total: .seconds(300)))
    let results = CurlTransport(settings: TransportSettings()).send([request, request, request])
    #expect(try results.allSatisfy { try $0.get().body.array == Array("together".utf8) })
  }

  @Test func resultsStandInTheRequestsOrder() throws {
    let requests = [
      post(servers.url("echo"), body: "0"), post(servers.url("refused")), post("ftp://127.0.0.1/"),
      post(servers.url("echo"), body: "3"),
    ]
    let results = CurlTransport(settings: TransportSettings()).send(requests)
    #expect(results.map { kind($0) } == [nil, .notConnected, .invalidRequest, nil])
    #expect(try results[3].get().body.string.contains(#""body": "3""#))
  }

  @Test func noRequestsNoResults() {
    #expect(CurlTransport(settings: TransportSettings()).send([]).isEmpty)
  }

  @Test(arguments: [
    ("refused", HTTPFailure.Kind.notConnected), ("blackHole", .timedOutBeforeSending),
    ("reset", .connectionLost), ("cut", .malformedResponse), ("drip", .timedOutAfterSending),
    ("silent", .timedOutAfterSending), ("large", .responseTooLarge),
    ("manyHeaders", .responseTooLarge), ("smallHeaders", .responseTooLarge),
    ("endlessInterim", .responseTooLarge), ("notHTTP", .malformedResponse),
  ])
  func eachFailureIsToldApart(server: String, expected: HTTPFailure.Kind) throws {
    let timeouts =
      switch server {
      case "blackHole": quick
      case "drip", "silent": brief
      default: patient
      }
    let result = send(post(servers.url(server), limit: 100_000, timeouts: timeouts))
    #expect(kind(result) == expected)
    guard case .failure(let failure) = result else { return }
    #expect(!failure.message.isEmpty)
    #expect(!failure.message.contains("CreateAccessKey"))
    let wasRead = try ["refused", "blackHole"].contains(server) || servers.log(server).count == 1
    #expect(wasRead)
  }

  /// What was taken is not sent again because the receipt is long, endless, slow or cut short.
  @Test(arguments: ["largeReceipt", "endless", "dripReceipt", "cutReceipt", "twoHundredSilent"])
  func whereOnlyTheStatusCountsTheBodyDoesNot(server: String) throws {
    var request = post(
      servers.url(server), limit: 1_000, timeouts: .init(total: .seconds(3)))
    request.needsOnlyStatus = true
    let began = ContinuousClock.now
    let response = try send(request).get()
    #expect(response.status == 200)
    #expect(response.body.count <= 1_000)
    #expect(ContinuousClock.now - began < .seconds(30))
    #expect(try servers.log(server).count == 1)
  }

  @Test(arguments: ["reset", "silent", "notHTTP", "manyHeaders", "endlessInterim"])
  func withoutAStatusNothingWasTaken(server: String) throws {
    // "silent" never ends by itself.
    let timeouts = server == "silent" ? brief : patient
    var request = post(servers.url(server + "Again"), timeouts: timeouts)
    request.needsOnlyStatus = true
    #expect(kind(send(request)) != nil)
  }

  /// A proxy's page of a megabyte is a refusal with its status, not an answer that can't be read.
  @Test func aLongRefusalKeepsItsStatus() throws {
    let response = try send(post(servers.url("longRefusal"), limit: 1_000)).get()
    #expect(response.status == 503)
    #expect(response.body.count == 1_000)
    let endless = try send(post(servers.url("endlessRefusal"), limit: 1_000)).get()
    #expect(endless.status == 503)
  }

  @Test func aLongSuccessNamesItsStatus() {
    let result = send(post(servers.url("largeAgain"), limit: 100_000))
    guard case .failure(let failure) = result else {
      Issue.record("it was read")
      return
    }
    #expect(failure.message == "status 200 with more than 100000 bytes")
    #expect(failure.mayHaveBeenActedOn)
  }

  @Test func unknownName() {
    #expect(kind(send(post("http://rotate-test.invalid/", timeouts: patient))) == .nameNotResolved)
  }

  @Test func handshakeThatHangs() {
    let request = post(servers.url("silentHandshake", scheme: "https"), timeouts: quick)
    #expect(kind(send(request)) == .timedOutBeforeSending)
  }

  @Test(arguments: ["http://127.0.0.1:1/\u{0}", "file:///etc/passwd", "", "http://", "https://["])
  func badURL(url: String) {
    #expect(kind(send(post(url))) == .invalidRequest)
  }

  @Test(arguments: ["a\r\nX-Injected: 1", "a\nb", "a\u{0}b"])
  func headerInjection(value: String) {
    var request = post(servers.url("echo"))
    request.headers.append(("X-Evil", value))
    #expect(kind(send(request)) == .invalidRequest)
  }

  @Test func interimRepliesArePassedOver() throws {
    let response = try send(post(servers.url("interim"))).get()
    #expect(response.status == 200)
    #expect(response.header("X-Early") == nil)
    #expect(response.body.array == Array("late".utf8))
  }

  @Test func redirectsAreNotFollowed() throws {
    let response = try send(post(servers.url("redirect"))).get()
    #expect(response.status == 302)
    #expect(try !servers.log("echo").contains { $0.contains("/elsewhere") })
  }

  /// libcurl on its own would send the second request again here, on a new connection.
  @Test(arguments: ["oneThenClose", "tlsOneThenClose"])
  func aReusedConnectionThatDiesIsNotTriedAgain(server: String) throws {
    let transport = CurlTransport(settings: trusting)
    let url = servers.url(server, scheme: server == "oneThenClose" ? "http" : "https")
    let first = post(url, body: "Action=ListAccessKeys")
    #expect(try transport.send([first])[0].get().body.array == Array("first".utf8))
    let second = transport.send([post(url)])[0]
    #expect(kind(second) == .connectionLost)
    #expect(try servers.log(server).count == 2)
    // The transport is as good as new afterwards.
    #expect(try transport.send([first])[0].get().status == 200)
  }

  @Test func trustedCertificate() throws {
    let request = post(servers.url("tls", scheme: "https"))
    #expect(try send(request, settings: trusting).get().status == 200)
  }

  @Test(arguments: ["wrongName", "selfSigned", "tls11"])
  func badTLS(server: String) throws {
    let result = send(post(servers.url(server, scheme: "https")), settings: trusting)
    #expect(kind(result) == .tls)
    #expect(try servers.log(server).isEmpty)
  }

  @Test func withoutTheBundleTheCertificateIsUnknown() {
    #expect(kind(send(post(servers.url("tls", scheme: "https")))) == .tls)
  }

  @Test func missingBundle() {
    let settings = TransportSettings(environment: ["AWS_CA_BUNDLE": "/nonexistent/ca.pem"])
    let result = send(post(servers.url("tls", scheme: "https")), settings: settings)
    #expect(kind(result) == .badTrust)
    guard case .failure(let failure) = result else { return }
    #expect(failure.message.contains("/nonexistent/ca.pem, named by AWS_CA_BUNDLE"))
  }

  @Test func plainRequestsGoByTheProxy() throws {
    let settings = TransportSettings(environment: ["HTTP_PROXY": servers.url("proxy")])
    let response = try send(post("http://iam.invalid/"), settings: settings).get()
    #expect(response.body.array == Array("by proxy http://iam.invalid/".utf8))
  }

  @Test func secureRequestsTunnelThroughTheProxy() throws {
    var settings = trusting
    settings.httpsProxy = servers.url("proxy")
    let response = try send(post("https://localhost/tunnel"), settings: settings).get()
    #expect(response.status == 200)
    #expect(response.header("X-Proxy") == nil)
    #expect(try servers.log("proxy").contains { $0.hasPrefix("CONNECT localhost:443 ") })
    #expect(try servers.log("tls").contains { $0.hasPrefix("POST /tunnel ") })
  }

  @Test func proxyThatDenies() {
    var settings = trusting
    settings.httpsProxy = servers.url("denyingProxy")
    #expect(kind(send(post("https://localhost/"), settings: settings)) == .notConnected)
  }

  @Test(arguments: [
    "http://user:hunter2@127.0.0.1:99999", "http://user:hunter2@[", "nonsense://user:hunter2@x",
    "http://user:hunter2@127.0.0.1:1",
  ])
  func aProxysPasswordIsNotShown(proxy: String) {
    let result = send(
      post(servers.url("echo"), timeouts: patient), settings: TransportSettings(httpProxy: proxy))
    guard case .failure(let failure) = result else {
      Issue.record("the proxy was not used")
      return
    }
    #expect(!failure.mayHaveBeenActedOn)
    #expect(!failure.message.contains("hunter2"))
  }

  @Test func exceptionsFromTheProxy() throws {
    var settings = TransportSettings(httpProxy: servers.url("refused"), noProxy: "127.0.0.0/8")
    #expect(try send(post(servers.url("echo")), settings: settings).get().status == 200)
    // libcurl itself knows no ports.
    let port = try #require(servers.url("echo").split(separator: ":").last?.dropLast())
    settings.noProxy = "127.0.0.1:\(port)"
    #expect(try send(post(servers.url("echo")), settings: settings).get().status == 200)
    settings.noProxy = "127.0.0.1:1"
    #expect(kind(send(post(servers.url("echo")), settings: settings)) == .notConnected)
    settings.noProxy = nil
    #expect(kind(send(post(servers.url("echo")), settings: settings)) == .notConnected)
    var metadata = post(servers.url("echo"))
    metadata.mayUseProxy = false
    #expect(try send(metadata, settings: settings).get().status == 200)
  }
}
