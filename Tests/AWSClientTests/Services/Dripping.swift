import AWSClient
import FoundationEssentials
import LibCrypto
import Logging

/// A server that answers, byte by byte, for so long. Whoever waits less long gets nothing.
final class Dripping: HTTPTransport {
  private let duration: Duration
  private let answer: (Int) -> Result<HTTPResponse, HTTPFailure>
  private let time = ScriptedAWS.Time(wall: ScriptedAWS.start, aws: ScriptedAWS.start)
  private(set) var requests = 0

  init(
    bytesFor duration: Duration,
    answer: @escaping (Int) -> Result<HTTPResponse, HTTPFailure> = { _ in HTTPResponse.identity }
  ) {
    self.duration = duration
    self.answer = answer
  }

  var elapsed: Duration { time.readings.withLock { $0.up } - .seconds(1_000) }

  func send(_ requests: [HTTPRequest]) -> [Result<HTTPResponse, HTTPFailure>] {
    requests.map { request in
      self.requests += 1
      guard duration <= request.timeouts.total else {
        time.pass(request.timeouts.total)
        return .lost(.timedOutAfterSending)
      }
      time.pass(duration)
      return answer(self.requests)
    }
  }

  func client(callLimit: Duration) -> ServiceClient {
    let time = time
    let shared = ServiceClient.Shared(
      clock: AWSClock(
        wall: { time.readings.withLock { $0.wall } }, bootTime: { time.readings.withLock { $0.up } }
      ),
      random: { 0.5 }, sleep: { time.pass($0) }, logger: Logger(label: "test"))
    return ServiceClient(
      transport: self, credentials: { ScriptedAWS.credentials() }, region: "eu-west-1",
      shared: shared, callLimit: callLimit)
  }
}
