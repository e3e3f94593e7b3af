import AWSClient
import FoundationEssentials
import LibCrypto
import Logging

/// A transport that asks a closure, under a clock that moves only when somebody sleeps, and a log
/// that is kept.
final class ScriptedAWS: HTTPTransport {
  typealias Answer = (HTTPRequest) -> Result<HTTPResponse, HTTPFailure>

  static let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
  static let token = "FwoGZXIvYXdzEXAMPLETOKEN"

  /// What time it is, to the host, and for how long it has been up.
  final class Time: Sendable {
    struct Readings { var wall, aws: Date, up: Duration, slept: [Duration] }
    let readings: Locked<Readings>

    init(wall: Date, aws: Date) {
      readings = Locked(Readings(wall: wall, aws: aws, up: .seconds(1_000), slept: []))
    }

    func pass(_ duration: Duration) {
      let seconds = Double(duration.milliseconds) / 1_000
      readings.withLock {
        $0.wall.addTimeInterval(seconds)
        $0.aws.addTimeInterval(seconds)
        $0.up += duration
      }
    }

    var slept: [Duration] { readings.withLock { $0.slept } }
    var aws: Date { readings.withLock { $0.aws } }
  }

  let time: Time
  let log = KeptLog()
  /// Each call of `send`, with its requests.
  private(set) var batches: [[HTTPRequest]] = []
  private let answer: Answer

  static let start = Date(timeIntervalSince1970: 1_800_000_000)

  init(wall: Date = ScriptedAWS.start, aws: Date = ScriptedAWS.start, answer: @escaping Answer) {
    time = Time(wall: wall, aws: aws)
    self.answer = answer
  }

  /// Answers with one after another, and fails the last way for ever.
  convenience init(
    wall: Date = ScriptedAWS.start, script: [Result<HTTPResponse, HTTPFailure>]
  ) {
    var rest = script
    self.init(wall: wall) { _ in rest.count > 1 ? rest.removeFirst() : rest[0] }
  }

  var requests: [HTTPRequest] { batches.flatMap(\.self) }

  func send(_ requests: [HTTPRequest]) -> [Result<HTTPResponse, HTTPFailure>] {
    batches.append(requests)
    time.pass(.milliseconds(20))
    return requests.map { request in
      answer(request).map { response in
        var response = response
        if response.header("Date") == nil {
          response.headers.append(("Date", Self.httpDate(time.aws)))
        }
        return response
      }
    }
  }

  func client(
    credentials: @escaping ServiceClient.CredentialsSource = { ScriptedAWS.credentials() },
    region: String = "ap-northeast-2", endpoints: EndpointSettings = EndpointSettings(),
    budget: RetryBudget = RetryBudget()
  ) -> ServiceClient {
    let (time, kept) = (time, log)
    var logger = Logger(label: "test") { _ in kept }
    logger.logLevel = .trace
    let shared = ServiceClient.Shared(
      clock: AWSClock(
        wall: { time.readings.withLock { $0.wall } }, bootTime: { time.readings.withLock { $0.up } }
      ),
      budget: budget, random: { 0.5 },
      sleep: { duration in
        time.pass(duration)
        time.readings.withLock { $0.slept.append(duration) }
      }, logger: logger)
    return ServiceClient(
      transport: self, credentials: credentials, region: region, endpoints: endpoints,
      shared: shared)
  }

  static func credentials(_ id: String = "AKIDEXAMPLE") -> Credentials {
    Credentials(
      accessKeyId: id, secretAccessKey: SecretBytes(copying: secret),
      sessionToken: SecretBytes(copying: token), source: "test")
  }

  static func httpDate(_ date: Date) -> String {
    // 2027-01-15T08:00:00Z
    let text = date.formatted(.iso8601)
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let month = months[(Int(text.dropFirst(5).prefix(2)) ?? 1) - 1]
    let (year, day) = (text.prefix(4), text.dropFirst(8).prefix(2))
    return "Fri, \(day) \(month) \(year) \(text.dropFirst(11).prefix(8)) GMT"
  }
}

/// Keeps what is logged, as text.
final class KeptLog: LogHandler, @unchecked Sendable {
  private let lines = Locked<[String]>([])
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .trace

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  var text: String { lines.withLock { $0.joined(separator: "\n") } }

  func log(event: LogEvent) {
    lines.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
  }
}

extension HTTPResponse {
  static func xml(_ operation: String, _ result: String) -> Result<HTTPResponse, HTTPFailure> {
    let body = """
      <\(operation)Response xmlns="https://example.com/"><\(operation)Result>\(result)\
      </\(operation)Result><ResponseMetadata><RequestId>id-ok</RequestId></ResponseMetadata>\
      </\(operation)Response>
      """
    return .success(
      HTTPResponse(
        status: 200, headers: [("x-amzn-RequestId", "id-ok")], body: SharedSecret(copying: body)))
  }

  static func error(
    _ status: Int, _ code: String, _ message: String = "as scripted"
  ) -> Result<HTTPResponse, HTTPFailure> {
    let body = """
      <ErrorResponse><Error><Type>Sender</Type><Code>\(code)</Code><Message>\(message)</Message>\
      </Error><RequestId>id-error</RequestId></ErrorResponse>
      """
    return .success(HTTPResponse(status: status, body: SharedSecret(copying: body)))
  }

  static func text(_ status: Int, _ body: String) -> Result<HTTPResponse, HTTPFailure> {
    .success(HTTPResponse(status: status, body: SharedSecret(copying: body)))
  }

  static let newKey = xml(
    "CreateAccessKey",
    """
    <AccessKey><UserName>deployer</UserName><AccessKeyId>AKIANEW0000000000</AccessKeyId>\
    <Status>Active</Status><SecretAccessKey>new/secret+of+the+key</SecretAccessKey>\
    <CreateDate>2027-01-15T08:00:00Z</CreateDate></AccessKey>
    """)

  static let identity = xml(
    "GetCallerIdentity",
    "<Arn>arn:aws:iam::111122223333:user/d</Arn><UserId>AIDA</UserId>"
      + "<Account>111122223333</Account>")
}

extension Result where Success == HTTPResponse, Failure == HTTPFailure {
  static func lost(_ kind: HTTPFailure.Kind) -> Self { .failure(HTTPFailure(kind, "as scripted")) }
}
