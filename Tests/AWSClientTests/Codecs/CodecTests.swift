import AWSClient
import LibCrypto
import Foundation
import Testing

@Suite struct CodecTests {
  private func xml(_ text: String) throws -> XMLElement {
    try XMLReader.read(SharedSecret(copying: text))
  }

  @Test func formBodiesFollowRFC3986() {
    let body = FormBody.encode([("Action", "List Users"), ("a+b", "~-._*&=/ü🔑"), ("empty", "")])
    #expect(
      SharedSecret(body).string
        == "Action=List%20Users&a%2Bb=~-._%2A%26%3D%2F%C3%BC%F0%9F%94%91&empty=")
  }

  @Test func elements() throws {
    let root = try xml(
      "<?xml version='1.0'?><p:A xmlns:p='u'><B> x &amp; &#252; </B><L><member>1</member></L></p:A>"
    )
    #expect(root.name == "A")
    #expect(try root.string("B") == "x & ü")
    #expect(try root.members("L").map(\.text) == ["1"])
    #expect(root.optionalString("C") == nil)
    #expect(throws: CodecFailure("<A> has no <C>")) { try root.string("C") }
  }

  /// expat hands over what stands between two entities, lines or sections piece by piece.
  @Test func secretsInPieces() throws {
    let root = try xml(
      "<A><S>\r\n a&amp;b&#x2F;c<![CDATA[<d>]]>e\n<!-- f -->g&lt;&#252;&#128273; </S><E> </E></A>")
    let secret = try root.secret("S").withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    #expect(secret == "a&b/c<d>e\ng<ü🔑")
    let long = String(repeating: "0123456789&amp;", count: 100_000)
    let bytes = try xml("<A><S>\(long)</S></A>").secret("S").count
    #expect(bytes == 1_100_000)
    for name in ["E", "N"] {
      #expect(throws: CodecFailure.self) { _ = try root.secret(name).count }
    }
  }

  @Test(arguments: [
    "", " ", "text", "<a>", "<a></b>", "<a/><b/>", "<a>&nbsp;</a>", "<a>\u{0}</a>",
    "<!DOCTYPE a><a/>", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
    "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
    String(repeating: "<a>", count: 33) + String(repeating: "</a>", count: 33),
    "<a>" + String(repeating: "<b/>", count: 100_001) + "</a>",
  ])
  func badXML(text: String) {
    #expect(throws: CodecFailure.self) { try xml(text) }
  }

  @Test func brokenUTF8() {
    #expect(throws: CodecFailure.self) {
      try XMLReader.read(SharedSecret(copying: Array("<a>".utf8) + [0xFF, 0xFE]))
    }
  }

  @Test func depthUpToTheLimit() throws {
    _ = try xml(String(repeating: "<a>", count: 32) + String(repeating: "</a>", count: 32))
  }

  @Test(
    arguments: [
      (
        "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error>"
          + "<RequestId>r1</RequestId></ErrorResponse>", [], "Throttling", "Rate exceeded", "r1"
      ),
      (
        "<Response><Errors><Error><Code>X</Code><Message>m</Message></Error></Errors>"
          + "<RequestID>r2</RequestID></Response>", [], "X", "m", "r2"
      ),
      (
        #"{"__type":"com.amazonaws.ssm#ParameterNotFound","message":"m"}"#,
        [("x-amzn-RequestId", "r3")], "ParameterNotFound", "m", "r3"
      ),
      (#"{"__type":"TooManyUpdates"}"#, [("x-amz-request-id", "r4")], "TooManyUpdates", nil, "r4"),
      (#"{"code":"A","Message":"m"}"#, [], "A", "m", nil),
      (#"{"Code":"B","message":7}"#, [], "B", nil, nil),
      (
        #"{"__type":"Body"}"#, [("X-Amzn-ErrorType", "Header:http://internal/")], "Header", nil, nil
      ),
      ("<html><body>Bad Gateway</body></html>", [], nil, nil, nil),
      ("{", [], nil, nil, nil), ("", [], nil, nil, nil), ("<Error", [], nil, nil, nil),
      (#"{"__type":""}"#, [], nil, nil, nil), ("[1]", [], nil, nil, nil),
    ] as [(String, [(String, String)], String?, String?, String?)])
  func errors(
    body: String, headers: [(String, String)], code: String?, message: String?, requestId: String?
  ) {
    let response = HTTPResponse(
      status: 400, headers: headers.map { (name: $0.0, value: $0.1) },
      body: SharedSecret(copying: body))
    let error = ServiceError(response)
    #expect(error.code == code)
    #expect(error.message == message)
    #expect(error.requestId == requestId)
  }

  @Test func messagesAreCutShort() {
    let body = #"{"__type":"X","message":"\#(String(repeating: "m", count: 10_000))"}"#
    #expect(
      ServiceError(HTTPResponse(status: 400, body: SharedSecret(copying: body))).message?.count
        == 500)
  }

  /// Neither reaches the log, the terminal, or the decision whether to try again.
  @Test(arguments: [
    String(repeating: "X", count: 129), "Throttling\u{1B}[2J", "Throt tling", "Thröttling",
  ])
  func codesAndIdsThatAreNone(_ text: String) {
    let bodies = [
      #"{"__type":"\#(text.replacing("\u{1B}", with: #"\u001b"#))"}"#,
      "<E><Error><Code>\(text.replacing("\u{1B}", with: "\u{7F}"))</Code></Error>"
        + "<RequestId>\(text.replacing("\u{1B}", with: "\u{7F}"))</RequestId></E>",
    ]
    for body in bodies {
      let error = ServiceError(HTTPResponse(status: 400, body: SharedSecret(copying: body)))
      #expect(error.code == nil)
      #expect(error.requestId == nil)
    }
    let headers = ["x-amzn-ErrorType", "x-amzn-RequestId"].map { (name: $0, value: text) }
    let error = ServiceError(HTTPResponse(status: 400, headers: headers))
    #expect(error.code == nil)
    #expect(error.requestId == nil)
  }

  /// Deep, long or many: a reply that is read or refused, soon and without a crash.
  static let senseless: [String] = [
    String(repeating: "[", count: 1 << 18),
    #"{"__type":"# + String(repeating: #"{"a":"#, count: 1 << 18),
    "{" + String(repeating: #""a":1,"#, count: 1 << 15) + #""a":1}"#,
    "<a " + (0..<20_000).map { "a\($0)='' " }.joined() + "/>",
    "<" + String(repeating: "a", count: 1 << 18) + "/>",
    "<!--" + String(repeating: "-x", count: 1 << 18) + "-->",
  ]

  @Test(.timeLimit(.minutes(5)), arguments: senseless.indices)
  func aReplyOfNoSense(_ index: Int) throws {
    let body = Self.senseless[index]
    #expect(ServiceError(HTTPResponse(status: 400, body: SharedSecret(copying: body))).code == nil)
    let read = try SSM.getParameter(name: "/a", withDecryption: true)
    let world = ScriptedAWS(script: [HTTPResponse.text(200, body)])
    #expect(throws: AWSFailure.self) { try world.client().run(Call(read)) }
  }

  private static let now = Date(timeIntervalSince1970: 1_800_000_000)

  /// The three forms of RFC 9110, 5.6.7, and what else some servers write.
  @Test(arguments: [
    "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    "Sun, 06 Nov 1994 08:49:37 +0000", "Sun, 06 Nov 1994 03:49:37 -0500",
    "Sun, 6 Nov 1994 08:49:37 GMT", "06 Nov 1994 08:49:37 UTC", "sun, 06 nov 1994 08:49:37 GMT",
  ]) func httpDates(_ text: String) {
    #expect(HTTPDate.parse(text, now: Self.now) == Date(timeIntervalSince1970: 784_111_777))
  }

  @Test func aYearOfTwoDigitsIsTheNearest() {
    // Each by itself: 2026, 2077 is more than 50 years ahead, and 1999 stands for 2099 in 2090.
    let years = [
      ("26", 1_800_000_000.0, 2026), ("78", 1_800_000_000, 1978), ("01", 4_100_000_000, 2101),
    ]
    for (written, now, year) in years {
      let date = HTTPDate.parse(
        "Friday, 06-Nov-\(written) 08:49:37 GMT", now: Date(timeIntervalSince1970: now))
      #expect(date == Timestamp.parse("\(year)-11-06T08:49:37Z"))
    }
  }

  @Test(arguments: [
    "", "Sun, 06 Nov 1994 08:49:37 PST", "Sun, 06 Nix 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 194 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT GMT", "Nov Nov Nov Nov", "1994-11-06", "Sun", "-,-,-",
    "Sun, 06 Nov 1994 08:49:37 +9900", "٠٦ Nov 1994 08:49:37 GMT",
  ]) func noHTTPDate(_ text: String) {
    #expect(HTTPDate.parse(text, now: Self.now) == nil)
  }

  /// What botocore reads is compared with it under `Tests/Differential`; these it doesn't judge.
  @Test(arguments: [
    "2030-01-31T23:59:59", "2030-01-31", "20300131T235959", "Thu, 31 Jan 2030 23:59:59",
    "Thu Jan 31 23:59:59 2030", "Thursday, 31-Jan-30 23:59:59 GMT", "1893456000",
    "2030-01-31T24:01:00Z",
    "2030-02-29T00:00:00Z", "2030-01-3123:59:59Z", "2030-0131T235959Z", "203001-31T235959Z",
    "2030-01-31T23:5959Z", "2030-01-31T23:59:59.Z", "2030-01-31T23:59:59+02:0",
    "2030-01-31T23:59:59+24",
    "2030-01-31T23:59:59+0260", "2030-01-31T23:59:59 EST", "tomorrow", "",
  ]) func noTimestamp(_ text: String) {
    #expect(Timestamp.parse(text) == nil)
  }

  @Test func theEndOfADay() {
    #expect(Timestamp.parse("2028-02-29T24:00Z") == Timestamp.parse("2028-03-01T00:00:00Z"))
    #expect(Timestamp.parse("2028-12-31T23:59:60Z") == Timestamp.parse("2029-01-01T00:00:00Z"))
  }
}
