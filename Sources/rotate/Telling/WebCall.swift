internal import AWSClient
internal import LibCrypto

/// One request to somebody else than AWS, such as a chat. Its URL may be a secret, so no message
/// repeats it.
struct WebCall {
  let environment: [String: String]

  func send(
    _ method: String, _ url: String, _ headers: [(name: String, value: String)] = [],
    _ body: SharedSecret = SharedSecret(copying: []), within limit: Duration
  ) throws(TellingFailure) {
    let request = HTTPRequest(
      method: method, url: url,
      headers: headers + [("User-Agent", "rotate/\(Version.current)")], body: body,
      timeouts: .init(connect: min(limit, .seconds(5)), total: limit), responseLimit: 64 << 10,
      needsOnlyStatus: true)
    // These two speak of AWS alone.
    let world = environment.filter { !["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"].contains($0.key) }
    let transport = CurlTransport(settings: TransportSettings(environment: world))
    switch transport.send([request])[0] {
    case .failure(let failure): throw TellingFailure(Self.inWords(failure))
    case .success(let response):
      guard !(200..<300).contains(response.status) else { return }
      throw TellingFailure("HTTP status \(response.status)" + Self.word(response.body))
    }
  }

  /// libcurl's own words may hold the URL.
  private static func inWords(_ failure: HTTPFailure) -> String {
    switch failure.kind {
    case .nameNotResolved: "its host's name can't be resolved"
    case .notConnected: "no connection to its host"
    case .tls: "no TLS with its host: certificate, version or cipher"
    case .timedOutBeforeSending, .timedOutAfterSending: "it didn't answer in time"
    case .connectionLost: "the connection broke off"
    case .responseTooLarge, .malformedResponse: "its answer isn't HTTP, or is too long"
    case .invalidRequest: "its URL can't be used"
    case .badTrust: failure.message
    }
  }

  /// Chats answer with one word, such as `invalid_token`. Whatever else is there stays there.
  private static func word(_ body: SharedSecret) -> String {
    body.withUnsafeBytes { body in
      let isWord =
        (1...40).contains(body.count)
        && body.allSatisfy { byte in
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
        }
      return isWord ? " (\(String(decoding: body, as: UTF8.self)))" : ""
    }
  }
}
