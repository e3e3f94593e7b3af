import LibCrypto
import SigV4
import Testing

/// The rules of the specification, one by one and by its own words: what random requests meet only
/// sometimes is met here each time.
@Suite struct SignerTests {
  private static let noon = SigningDate(secondsSinceEpoch: 1_440_938_160)  // 20150830T123600Z

  private func sign(
    _ request: SignableRequest, settings: SigningSettings = .standard, token: String? = nil,
    date: SigningDate = noon
  ) throws -> SignedRequest {
    let token: SecretBytes? = token.map { SecretBytes(copying: $0) }
    return try Signer(region: "us-east-1", service: "iam", settings: settings).sign(
      request, accessKeyId: "AKIDEXAMPLE", secretAccessKey: SecretBytes(copying: "secret"),
      sessionToken: token, date: date)
  }

  private func lines(_ signed: SignedRequest) -> [String] {
    String(decoding: signed.canonicalRequest.bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func line(_ number: Int, of url: String, settings: SigningSettings = .standard) throws
    -> String
  {
    try lines(
      sign(SignableRequest(method: "GET", url: "https://example.com" + url), settings: settings))[
        number]
  }

  @Test(arguments: [
    ("", "/", "/"), ("/", "/", "/"), ("/a/b", "/a/b", "/a/b"),
    // Slashes stay; what is encoded is encoded once more, with capital digits.
    ("/a%2Fb", "/a%252Fb", "/a%2Fb"), ("/a%20b/", "/a%2520b/", "/a%20b/"),
    ("/:@ü*", "/%3A%40%C3%BC%2A", "/:@ü*"), ("/~-_.aZ09", "/~-_.aZ09", "/~-_.aZ09"),
    // Dots and empty segments are resolved, a slash at the end stays.
    ("/a//b", "/a/b", "/a//b"), ("/a/./b/", "/a/b/", "/a/./b/"), ("/a/../b", "/b", "/a/../b"),
    ("/../a", "/a", "/../a"), ("/a/..", "/", "/a/.."), ("//", "/", "//"), ("/a/.", "/a", "/a/."),
    ("/.a/..b/...", "/.a/..b/...", "/.a/..b/..."),
  ])
  func path(url: String, standard: String, s3: String) throws {
    #expect(try line(1, of: url) == standard)
    #expect(try line(1, of: url, settings: .s3) == s3)
  }

  @Test(arguments: [
    ("?b=2&a=1", "a=1&b=2"), ("?a=2&a=10&a=1", "a=1&a=10&a=2"), ("?a", "a="), ("?", ""),
    ("?a-=1&a=2&A=3", "A=3&a=2&a-=1"), ("?a=b=c", "a=b=c"), ("?x=%2F%7e&y=+", "x=%2F%7e&y=+"),
    ("?a=1#b", "a=1"), ("?&&", "=&=&="),
  ])
  func query(url: String, canonical: String) throws {
    #expect(try line(2, of: "/" + url) == canonical)
  }

  /// A session token as bytes signs like one as text, and comes back as no text.
  @Test func secretHeadersAndPrecomputedHashesSignTheSame() throws {
    let body = Array("abc".utf8)
    var request = SignableRequest(
      method: "POST", url: "https://example.com/", headers: [("X-Zed", "1"), ("A", "2")],
      payload: .bytes(body))
    let asText = try sign(request, token: " s3cr  3t ")
    request.payload = .precomputed(hash: SHA256.hexDigest(of: body))
    request.secretHeaders = [
      (SignableRequest.sessionTokenHeader, SharedSecret(copying: " s3cr  3t "))
    ]
    let asBytes = try sign(request)
    #expect(asBytes.signature == asText.signature)
    #expect(asBytes.canonicalRequest.bytes == asText.canonicalRequest.bytes)
    #expect(asBytes.authorization == asText.authorization)
    #expect(!asBytes.headers.contains { $0.value.contains("s3cr") })
    request.secretHeaders = [("X-Secret", SharedSecret(copying: "a\nb"))]
    #expect(throws: SigningError.invalidHeaderValue) { try sign(request) }
  }

  @Test func headersAreFoldedLoweredSortedAndJoined() throws {
    let signed = try sign(
      SignableRequest(
        method: "post", url: "https://example.com/",
        headers: [
          ("X-Note", "  two \t\t words\u{0B}and  more  "), ("x-b", "1"), ("B", ""),
          ("X-NOTE", "last"),
          ("X-Note-2", "ü  ü"), ("x-a_b", "0"), ("x-aB", "1"), ("User-Agent", "x"), ("TE", "x"),
          ("Connection", "x"), ("Expect", "x"), ("X-Amzn-Trace-Id", "x"), ("Keep-Alive", "x"),
        ]))
    #expect(
      lines(signed) == [
        "POST", "/", "", "b:", "host:example.com", "x-a_b:0", "x-ab:1",
        "x-amz-date:20150830T123600Z", "x-b:1", "x-note:two words and more,last", "x-note-2:ü ü",
        "",
        "b;host;x-a_b;x-ab;x-amz-date;x-b;x-note;x-note-2",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      ])
    #expect(signed.canonicalRequest.signedHeaders == lines(signed)[12])
    #expect(try #require(signed.authorization).contains("SignedHeaders=\(lines(signed)[12]), "))
    // Unsigned is not unsent, and what is sent is what was given.
    #expect(signed.headers.contains { $0 == ("User-Agent", "x") })
    #expect(signed.headers[0] == ("X-Note", "  two \t\t words\u{0B}and  more  "))
  }

  @Test(arguments: [
    ("https://EXAMPLE.com:443/", "example.com"), ("https://example.com:80/", "example.com:80"),
    ("http://example.com:80/", "example.com"), ("http://u:p@example.com:8443", "example.com:8443"),
    ("https://[FE80::A]:/", "[fe80::a]"),
  ])
  func host(url: String, host: String) throws {
    let signed = try sign(SignableRequest(method: "GET", url: url))
    #expect(lines(signed).contains("host:\(host)"))
    #expect(signed.headers.contains { $0 == ("Host", host) })
  }

  @Test func theTokenIsSentAndSignedOnceAndNeverShown() throws {
    let stale = SignableRequest(
      method: "GET", url: "https://example.com/", headers: [("x-amz-security-token", "stale")])
    let signed = try sign(stale, token: "TOKEN//+=")
    #expect(lines(signed).contains("x-amz-security-token:TOKEN//+="))
    #expect(signed.canonicalRequest.signedHeaders == "host;x-amz-date;x-amz-security-token")
    #expect(
      signed.headers.filter { $0.name.lowercased() == "x-amz-security-token" }.map(\.value)
        == ["TOKEN//+="])
    var dumped = ""
    dump(signed, to: &dumped)
    dump(signed.canonicalRequest, to: &dumped)
    for shown in ["\(signed)", "\(signed.canonicalRequest)", dumped] {
      #expect(!shown.contains("TOKEN"))
    }
    // Nor from a presigned URL, whose canonical query has it.
    let presigned = try sign(stale, settings: .standard.presigned(expiresIn: 60), token: "TOKEN")
    #expect(presigned.url.contains("X-Amz-Security-Token=TOKEN"))
    #expect(!"\(presigned) \(presigned.canonicalRequest)".contains("TOKEN"))
    // Without a token there is none, not even the one that was there.
    #expect(try !lines(sign(stale)).contains { $0.hasPrefix("x-amz-security-token") })
  }

  @Test func signedAgainItIsTheSame() throws {
    var request = SignableRequest(
      method: "PUT", url: "https://example.com/a", payload: .bytes([0, 255]))
    let first = try sign(request, settings: .s3, token: "t")
    request.headers = first.headers
    let again = try sign(request, settings: .s3, token: "t")
    #expect(again.authorization == first.authorization)
    #expect(again.headers.count == first.headers.count)
  }

  @Test(arguments: [
    (0.0, "19700101T000000Z"), (951_782_399, "20000228T235959Z"), (951_782_400, "20000229T000000Z"),
    (1_709_251_199.9, "20240229T235959Z"), (4_107_542_399, "21000228T235959Z"),
    (4_107_542_400, "21000301T000000Z"), (-1, "19700101T000000Z"), (1e300, "99991231T235959Z"),
    (.nan, "19700101T000000Z"),
  ])
  func date(seconds: Double, timestamp: String) throws {
    let signed = try sign(
      SignableRequest(
        method: "GET", url: "https://example.com/", headers: [("x-amz-date", "19990101T000000Z")]),
      date: SigningDate(secondsSinceEpoch: seconds))
    let day = String(timestamp.prefix(8))
    #expect(lines(signed).contains("x-amz-date:\(timestamp)"))
    #expect(signed.scope.day == day)
    #expect(
      signed.stringToSign.description.hasPrefix(
        "AWS4-HMAC-SHA256\n\(timestamp)\n\(day)/us-east-1/iam/aws4_request\n"))
    #expect(signed.headers.contains { $0 == ("X-Amz-Date", timestamp) })
  }

  @Test func payloadHashes() throws {
    var request = SignableRequest(
      method: "GET", url: "https://example.com/", payload: .bytes(Array("abc".utf8)))
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(try lines(sign(request)).last == abc && request.payload.hash == abc)
    #expect(try lines(sign(request, settings: .s3)).contains("x-amz-content-sha256:\(abc)"))
    request.headers = [("X-Amz-Content-Sha256", "as-declared-and-longer-than-any-hash-" + abc)]
    #expect(try lines(sign(request)).last == request.headers[0].value)
    request.payload = .unsigned
    let unsigned = try sign(request)
    #expect(lines(unsigned).last == "UNSIGNED-PAYLOAD")
    #expect(unsigned.headers.contains { $0 == ("X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD") })
  }

  /// Each of them alone: with both, one rule would hide that the other one is missing.
  @Test(arguments: ["a\rb", "a\n", "\0", " \r"])
  func aLineEndIsRefusedWhereverItStands(text: String) {
    let plain = SignableRequest(method: "GET", url: "https://example.com/")
    var noted = plain
    noted.headers = [("X-Note", text)]
    #expect(throws: SigningError.invalidHeaderValue) { try sign(noted) }
    #expect(throws: SigningError.invalidHeaderValue) { try sign(plain, token: text) }
    for (id, region, service) in [(text, "r", "s"), ("id", text, "s"), ("id", "r", text)] {
      #expect(throws: SigningError.invalidHeaderValue) {
        try Signer(region: region, service: service).sign(
          plain, accessKeyId: id, secretAccessKey: SecretBytes(copying: ""), date: Self.noon)
      }
    }
  }

  @Test func namesAndMethodsAreTokens() {
    let tokens = Set(
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for byte in UInt8(0)...255 {
      let text = String(Unicode.Scalar(byte))
      let named = SignableRequest(
        method: "GET", url: "https://example.com/", headers: [(text, "")])
      let called = SignableRequest(method: text, url: "https://example.com/")
      let isToken = tokens.contains(Character(Unicode.Scalar(byte)))
      #expect(((try? sign(named)) != nil) == isToken && ((try? sign(called)) != nil) == isToken)
    }
    let empty = SignableRequest(method: "GET", url: "https://example.com/", headers: [("", "")])
    #expect(throws: SigningError.invalidHeaderName) { try sign(empty) }
    #expect(throws: SigningError.invalidMethod) {
      try sign(SignableRequest(method: "", url: "https://example.com/"))
    }
  }

  /// Each stage made by hand is the one that signing made.
  @Test func theStagesByHand() throws {
    let signed = try sign(
      SignableRequest(
        method: "POST", url: "https://example.com/a?b", headers: [("X-Note", " a  b ")],
        payload: .bytes([1, 2, 3])), token: "t")
    let complete = SignableRequest(
      method: "POST", url: "https://example.com/a?b", headers: signed.headers,
      payload: .bytes([1, 2, 3]))
    let canonicalRequest = try CanonicalRequest(complete, settings: .standard)
    #expect(canonicalRequest.bytes == signed.canonicalRequest.bytes)
    let scope = CredentialScope(date: Self.noon, region: "us-east-1", service: "iam")
    let stringToSign = StringToSign(
      date: Self.noon, scope: scope, canonicalRequest: canonicalRequest)
    #expect(stringToSign == signed.stringToSign && scope == signed.scope)
    let key = SigningKey(secretAccessKey: SecretBytes(copying: "secret"), scope: scope)
    #expect(key.signature(of: stringToSign) == signed.signature)
  }
}
