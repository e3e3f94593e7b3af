import AWSClient
import Foundation
import LibCrypto
import Testing

@Suite struct ServiceClientTests {
  private let create = IAM.createAccessKey(userName: "deployer")

  /// The failure of a call that must fail.
  private func failure<Output>(
    _ client: ServiceClient, _ call: Call<Output>
  ) throws -> AWSFailure {
    let result = Result { () throws(AWSFailure) in try client.run(call) }
    guard case .failure(let failure) = result else { throw UnexpectedSuccess() }
    return failure
  }

  private struct UnexpectedSuccess: Error {}

  private func header(_ request: HTTPRequest, _ name: String) -> String? {
    request.allHeaders.first { $0.name.lowercased() == name }?.value
  }

  // MARK: What is sent

  @Test func iamIsSignedForItsOwnRegionAndNamesTheUser() throws {
    let world = ScriptedAWS(script: [HTTPResponse.newKey])
    let key = try world.client().run(create)
    #expect(key.output.accessKeyId == "AKIANEW0000000000")
    #expect(
      key.output.secretAccessKey.withUnsafeBytes { $0.elementsEqual("new/secret+of+the+key".utf8) })
    #expect(key.requestId == "id-ok")
    let request = try #require(world.requests.first)
    #expect(request.url == "https://iam.amazonaws.com/")
    #expect(
      request.body.string
        == "Action=CreateAccessKey&Version=2010-05-08&UserName=deployer")
    let authorization = try #require(header(request, "authorization"))
    #expect(authorization.contains("Credential=AKIDEXAMPLE/20270115/us-east-1/iam/aws4_request"))
    #expect(header(request, "x-amz-security-token") == ScriptedAWS.token)
    #expect(header(request, "x-amz-date") == "20270115T080000Z")
  }

  @Test func parametersAreJSON() throws {
    let reply =
      #"{"Parameter":{"Name":"/a","Type":"String","Version":3,"LastModifiedDate":1800000000.25,"Value":"v"}}"#
    let world = ScriptedAWS(script: [HTTPResponse.text(200, reply)])
    let get = try SSM.getParameter(name: "/a", withDecryption: false)
    let parameter = try world.client().run(get).output
    #expect(parameter.version == 3)
    #expect(parameter.lastModifiedDate == Date(timeIntervalSince1970: 1_800_000_000.25))
    let request = try #require(world.requests.first)
    #expect(request.url == "https://ssm.ap-northeast-2.amazonaws.com/")
    #expect(header(request, "x-amz-target") == "AmazonSSM.GetParameter")
    #expect(header(request, "content-type") == "application/x-amz-json-1.1")
    #expect(header(request, "authorization")?.contains("/ap-northeast-2/ssm/aws4_request") == true)
  }

  @Test func aCallMayHaveItsOwnCredentialsAndRegion() throws {
    let world = ScriptedAWS(script: [HTTPResponse.identity])
    let call = Call(
      STS.getCallerIdentity(), credentials: ScriptedAWS.credentials("AKIDOTHER"),
      region: "eu-west-1")
    try world.client(credentials: { throw CocoaError(.userCancelled) }).run(call)
    let request = try #require(world.requests.first)
    #expect(request.url == "https://sts.eu-west-1.amazonaws.com/")
    #expect(header(request, "authorization")?.contains("AKIDOTHER/20270115/eu-west-1/sts") == true)
  }

  /// A new key only proves itself: what is done next, clearing it up included, isn't signed by it.
  @Test func theCallAfterwardsIsSignedByTheClientsOwn() throws {
    let world = ScriptedAWS(script: [HTTPResponse.identity, HTTPResponse.newKey])
    let client = world.client()
    try client.run(
      Call(STS.getCallerIdentity(), credentials: ScriptedAWS.credentials("AKIDOTHER")))
    try client.run(create)
    let signed = world.requests.map { header($0, "authorization") ?? "" }
    #expect(signed.map { $0.contains("Credential=AKIDOTHER/") } == [true, false])
    #expect(signed.map { $0.contains("Credential=AKIDEXAMPLE/") } == [false, true])
  }

  @Test func aWebIdentityIsSentUnsigned() throws {
    let world = ScriptedAWS(script: [HTTPResponse.error(400, "InvalidIdentityToken", "bad jwt.x")])
    let operation = STS.assumeRoleWithWebIdentity(
      roleArn: "arn:aws:iam::1:role/r", roleSessionName: "s",
      webIdentityToken: SharedSecret(SecretBytes(copying: "jwt.x")), source: "web identity")
    let failure = try failure(
      world.client(credentials: { throw CocoaError(.userCancelled) }), Call(operation))
    #expect(failure.code == "InvalidIdentityToken")
    #expect(failure.message == "bad [secret]")
    #expect(header(world.requests[0], "authorization") == nil)
  }

  // MARK: CreateAccessKey is never sent twice by mistake

  /// All that may come back; whether it proves that nothing was done.
  static let answers: [(Result<HTTPResponse, HTTPFailure>, proves: Bool)] = [
    (.lost(.nameNotResolved), true), (.lost(.notConnected), true),
    (.lost(.timedOutBeforeSending), true), (.lost(.timedOutAfterSending), false),
    (.lost(.connectionLost), false), (.lost(.malformedResponse), false),
    (HTTPResponse.error(400, "Throttling"), true),
    (HTTPResponse.error(503, "Throttling"), true),
    (HTTPResponse.error(409, "ConcurrentModification"), true),
    (HTTPResponse.error(403, "RequestExpired"), true),
    (HTTPResponse.error(500, "ServiceFailure"), false),
    (HTTPResponse.error(500, "InternalFailure"), false),
    (HTTPResponse.error(503, "ServiceUnavailable"), false),
    (HTTPResponse.error(400, "RequestTimeout"), false),
    (HTTPResponse.text(502, "<html>Bad Gateway</html>"), false),
    (HTTPResponse.text(504, ""), false),
    (HTTPResponse.text(429, "slow down"), false), (HTTPResponse.text(200, "<html/>"), false),
    (HTTPResponse.text(200, ""), false),
    (HTTPResponse.text(200, "<CreateAccessKeyResponse>"), false),
    (HTTPResponse.xml("CreateAccessKey", "<AccessKey/>"), false),
  ]

  @Test(arguments: answers.indices)
  func creationIsSentAgainOnlyAfterProof(index: Int) throws {
    let (answer, proves) = Self.answers[index]
    let world = ScriptedAWS(script: [answer, HTTPResponse.newKey])
    if proves {
      #expect(try world.client().run(create).output.accessKeyId == "AKIANEW0000000000")
      #expect(world.requests.count == 2)
    } else {
      #expect(try failure(world.client(), Call(create)).execution == .unknown)
      #expect(world.requests.count == 1)
    }
  }

  /// Every sequence of three answers, and what the caller may conclude from the result.
  @Test func everySequenceOfAnswers() throws {
    let all = Self.answers.indices
    for first in all {
      for second in all {
        let script = [Self.answers[first].0, Self.answers[second].0, HTTPResponse.newKey]
        let world = ScriptedAWS(script: script)
        let result = Result { () throws(AWSFailure) in try world.client().run(Call(create)) }
        let unproven = [first, second].firstIndex { !Self.answers[$0].proves }
        // RequestExpired twice isn't the clock any more.
        let isRefused = unproven == nil && first == 9 && second == 9
        switch result {
        case .success: #expect(unproven == nil && !isRefused && world.requests.count == 3)
        case .failure(let failure):
          #expect(failure.execution == (unproven == nil ? .notExecuted : .unknown))
          #expect(world.requests.count == (unproven ?? 1) + 1)
          #expect(unproven != nil || isRefused)
        }
      }
    }
  }

  /// A server that really makes keys, and a network that loses requests and replies at random.
  @Test(arguments: 0..<200)
  func atMostOneKeyForEachCall(seed: UInt64) throws {
    var random = SplitMix64(state: seed)
    var made = 0
    let world = ScriptedAWS { _ in
      switch random.next() % 8 {
      case 0: return .lost(.notConnected)
      case 1: return HTTPResponse.error(400, "Throttling")
      case 2:
        made += 1
        return .lost(.connectionLost)
      case 3: return .lost(.timedOutAfterSending)
      case 4:
        made += 1
        return HTTPResponse.text(502, "<html>")
      case 5: return HTTPResponse.error(403, "SignatureDoesNotMatch")
      default:
        made += 1
        return HTTPResponse.newKey
      }
    }
    let client = world.client()
    for _ in 0..<20 {
      made = 0
      do throws(AWSFailure) {
        try client.run(create)
        #expect(made == 1)
      } catch {
        #expect(error.execution == .unknown ? made <= 1 : made == 0)
      }
    }
  }

  @Test func aPutWhoseReplyIsLostIsNotRepeated() throws {
    let put = try SSM.putParameter(
      name: "/a", type: .secureString, value: SharedSecret(SecretBytes(copying: "s")))
    let world = ScriptedAWS(script: [.lost(.connectionLost)])
    let lost = try failure(world.client(), Call(put))
    #expect((lost.kind, lost.execution) == (.noReply, .unknown))
    #expect(world.requests.count == 1)
    let busy = ScriptedAWS(script: [
      HTTPResponse.text(400, #"{"__type":"TooManyUpdates"}"#),
      HTTPResponse.text(200, #"{"Version":8,"Tier":"Standard"}"#),
    ])
    #expect(try busy.client().run(put).output == 8)
  }

  @Test func theQuotaIsNotRetried() throws {
    let world = ScriptedAWS(script: [HTTPResponse.error(409, "LimitExceeded")])
    let refused = try failure(world.client(), Call(create))
    #expect((refused.kind, refused.execution) == (.refused, .notExecuted))
    #expect(refused.advice.contains("--make-room"))
    #expect(world.requests.count == 1)
  }

  @Test func aDeletionThatWasDoneTheFirstTime() throws {
    let delete = IAM.deleteAccessKey(userName: "deployer", accessKeyId: "AKIAOLD")
    let gone = HTTPResponse.error(404, "NoSuchEntity")
    try ScriptedAWS(script: [.lost(.connectionLost), gone]).client().run(delete)
    for script in [[gone], [HTTPResponse.error(400, "Throttling"), gone]] {
      let failure = try failure(ScriptedAWS(script: script).client(), Call(delete))
      #expect(failure.code == "NoSuchEntity")
    }
  }

  // MARK: Retries

  @Test func readsAreRepeatedWithGrowingWaits() throws {
    let world = ScriptedAWS(script: [.lost(.timedOutAfterSending)])
    let failure = try failure(world.client(), Call(STS.getCallerIdentity()))
    #expect(failure.kind == .noReply)
    #expect(world.requests.count == RetryState.maximumAttempts)
    #expect(world.time.slept == [0.5, 1, 2, 4, 8].map { .seconds($0) })
  }

  @Test func theBudgetIsTheWholeRuns() throws {
    let world = ScriptedAWS(script: [HTTPResponse.error(503, "ServiceUnavailable")])
    let client = world.client(budget: RetryBudget(tokens: 12))
    _ = try failure(client, Call(STS.getCallerIdentity()))
    #expect(world.requests.count == 3)
    _ = try failure(client, Call(STS.getCallerIdentity()))
    #expect(world.requests.count == 4)
  }

  @Test(arguments: ["SignatureDoesNotMatch", "InvalidSignatureException", "RequestTimeTooSkewed"])
  func aWrongHostClockIsCorrectedAtOnce(code: String) throws {
    let year = 31_536_000.0
    let world = ScriptedAWS(
      wall: ScriptedAWS.start.addingTimeInterval(-year),
      script: [HTTPResponse.error(403, code), HTTPResponse.newKey])
    let client = world.client()
    try client.run(create)
    #expect(world.time.slept.isEmpty || world.time.slept == [.zero])
    #expect(
      world.requests.map { header($0, "x-amz-date") } == ["20260115T080000Z", "20270115T080000Z"])
    #expect(client.shared.clock.isAnchored)
    #expect(abs((client.shared.clock.hostOffset() ?? 0) + year) < 2)
  }

  @Test func aWrongSecretIsNotTakenForAWrongClock() throws {
    let world = ScriptedAWS(script: [HTTPResponse.error(403, "SignatureDoesNotMatch")])
    #expect(try failure(world.client(), Call(create)).kind == .refused)
    #expect(world.requests.count == 1)
  }

  @Test func aProxysPageSetsNoClock() throws {
    let page = HTTPResponse(
      status: 502, headers: [("Date", "Thu, 01 Jan 2015 00:00:00 GMT")],
      body: SharedSecret(copying: "<html>"))
    let world = ScriptedAWS(script: [.success(page), HTTPResponse.identity])
    let client = world.client()
    try client.run(STS.getCallerIdentity())
    #expect(abs(client.shared.clock.now().timeIntervalSince(world.time.aws)) < 2)
  }

  // MARK: The fence

  @Test func aClosedFenceSendsNothing() throws {
    let world = ScriptedAWS(script: [HTTPResponse.newKey])
    let failure = try failure(
      world.client(), Call(create, fence: { _ in .closed("the lease is nearly over") }))
    #expect((failure.kind, failure.execution) == (.fenced, .notExecuted))
    #expect(failure.message == "the lease is nearly over")
    #expect(world.requests.isEmpty)
  }

  @Test func theFenceIsAskedWithTheDateOfEverySignature() throws {
    let world = ScriptedAWS(
      wall: ScriptedAWS.start.addingTimeInterval(-7_200),
      script: [
        HTTPResponse.error(403, "RequestExpired"), HTTPResponse.error(400, "Throttling"),
        .lost(.notConnected), HTTPResponse.newKey,
      ])
    let asked = Locked<[Date]>([])
    let call = Call(
      create,
      fence: { date in
        asked.withLock { $0.append(date) }
        return .open
      })
    try world.client().run(call)
    let dates = asked.withLock { $0.map { $0.formatted(.iso8601) } }
    let signed = world.requests.compactMap { header($0, "x-amz-date") }
    #expect(signed.count == 4)
    #expect(dates.map { $0.filter { $0 != "-" && $0 != ":" } } == signed)
  }

  @Test func aFenceThatClosesBetweenTries() throws {
    let delete = IAM.deleteAccessKey(userName: "deployer", accessKeyId: "AKIAOLD")
    for (first, execution) in [
      (Result.lost(.connectionLost), AWSFailure.Execution.unknown),
      (HTTPResponse.error(400, "Throttling"), .notExecuted),
    ] {
      let world = ScriptedAWS(script: [first])
      let limit = ScriptedAWS.start.addingTimeInterval(0.1)
      let call = Call(delete, fence: { $0 < limit ? .open : .closed("over") })
      let failure = try failure(world.client(), call)
      #expect((failure.kind, failure.execution) == (.fenced, execution))
      #expect(world.requests.count == 1)
    }
  }

  // MARK: Several at once

  @Test func differentCallsGoOutTogetherAndStandAlone() throws {
    let world = ScriptedAWS { request in
      let body = request.body.string
      if body.contains("GetCallerIdentity") { return HTTPResponse.identity }
      if body.contains("CreateAccessKey") { return .lost(.connectionLost) }
      return HTTPResponse.text(
        200, #"{"Parameters":[],"InvalidParameters":["/a"]}"#)
    }
    let read = try SSM.getParameters(names: ["/a"], withDecryption: true)
    let (identity, key, parameters) = world.client().run(
      Call(STS.getCallerIdentity()), Call(create), Call(read))
    #expect(try identity.get().output.account == "111122223333")
    #expect(throws: AWSFailure.self) { try key.get() }
    #expect(try parameters.get().output.invalidParameters == ["/a"])
    #expect(world.batches.map(\.count) == [3])
  }

  @Test func oneWaitsWhileTheOthersAreDone() throws {
    var calls = 0
    let world = ScriptedAWS { _ in
      calls += 1
      return calls == 2 ? HTTPResponse.error(400, "Throttling") : HTTPResponse.newKey
    }
    let results = world.client().run([Call(create), Call(create), Call(create)])
    #expect(results.allSatisfy { (try? $0.get()) != nil })
    #expect(world.batches.map(\.count) == [3, 1])
    #expect(world.time.slept == [.milliseconds(500)])
  }

  // MARK: Pages

  private func page(_ ids: [String], _ rest: String) -> Result<HTTPResponse, HTTPFailure> {
    let members = ids.map {
      """
      <member><UserName>deployer</UserName><AccessKeyId>\(Self.id($0))</AccessKeyId><Status>Active</Status>\
      <CreateDate>2027-01-15T08:00:00Z</CreateDate></member>
      """
    }
    return HTTPResponse.xml(
      "ListAccessKeys", "<AccessKeyMetadata>\(members.joined())</AccessKeyMetadata>\(rest)")
  }

  private static func id(_ name: String) -> String { "AKIA000000000000" + name }

  private let list = IAM.listAccessKeys(userName: "deployer")

  @Test func pagesAreJoined() throws {
    let world = ScriptedAWS(script: [
      page(["A"], "<IsTruncated>true</IsTruncated><Marker>m&amp;1</Marker>"),
      HTTPResponse.error(400, "Throttling"),
      page(["B"], "<IsTruncated>false</IsTruncated><Marker>ignored</Marker>"),
    ])
    #expect(try world.client().run(list).output.map(\.accessKeyId) == ["A", "B"].map(Self.id))
    #expect(world.requests[2].body.string.hasSuffix("&Marker=m%261"))
  }

  // MARK: Servers that never come to an end

  /// Each try by itself keeps its limit, and yet nobody waits for ever.
  @Test func allTriesTogetherAreLimited() throws {
    let server = Dripping(bytesFor: .seconds(1_000))
    let client = server.client(callLimit: .seconds(120))
    let failure = try failure(client, Call(list))
    #expect((failure.kind, failure.execution) == (.noReply, .unknown))
    #expect(server.elapsed > .seconds(90))
    #expect(server.elapsed <= .seconds(121))
    #expect(server.requests > 1)
  }

  @Test func aCreationThatNeverEndsIsNotRepeated() throws {
    let server = Dripping(bytesFor: .seconds(1_000))
    let failure = try failure(server.client(callLimit: .seconds(120)), Call(create))
    #expect((failure.kind, failure.execution) == (.noReply, .unknown))
    #expect(server.requests == 1)
    #expect(server.elapsed <= .seconds(31))
  }

  /// Every page arrives just in time, and there is always another one.
  @Test func allPagesTogetherAreLimited() throws {
    let server = Dripping(bytesFor: .seconds(29)) { [self] number in
      page(["A\(number)"], "<IsTruncated>true</IsTruncated><Marker>m\(number)</Marker>")
    }
    let failure = try failure(server.client(callLimit: .seconds(120)), Call(list))
    #expect(failure.kind == .noReply)
    #expect(server.elapsed <= .seconds(601))
    #expect(server.requests > 15)
  }

  // MARK: What to do about it

  @Test(arguments: Denials.all)
  func whoDeniedItIsNamed(_ test: Denials.Case) throws {
    let world = ScriptedAWS(script: [HTTPResponse.error(403, "AccessDenied", test.message)])
    let advice = try failure(world.client(), Call(list)).advice
    for word in test.words { #expect(advice.contains(word), "\(advice)") }
    if !test.words.contains("ListAccessKeys") { #expect(!advice.contains("ListAccessKeys")) }
  }

  @Test(arguments: [
    "Signature expired: 20270115T080000Z is now earlier than 20270115T081000Z (20270115T082500Z - 15 min.)",
    "Signature not yet current: 20270115T080000Z is still later than 20270115T073000Z",
  ])
  func aSignaturesTimeIsTheClock(message: String) throws {
    let script = [HTTPResponse.error(403, "SignatureDoesNotMatch", message)]
    let advice = try failure(ScriptedAWS(script: script).client(), Call(list)).advice
    #expect(advice.hasPrefix("The time of the signature was wrong"))
    let torn = [HTTPResponse.error(403, "SignatureDoesNotMatch", "The request signature we ...")]
    #expect(
      try failure(ScriptedAWS(script: torn).client(), Call(list)).advice.contains("torn pair"))
  }

  /// A listing that is cut short must never pass for a whole one.
  @Test(arguments: [
    "<IsTruncated>true</IsTruncated>", "<IsTruncated>true</IsTruncated><Marker/>",
  ])
  func aCutListingIsNoListing(rest: String) throws {
    let world = ScriptedAWS(script: [page(["A"], rest)])
    #expect(try failure(world.client(), Call(list)).kind == .malformed)
  }

  @Test func aMarkerCountsWithoutIsTruncated() throws {
    let world = ScriptedAWS(script: [page(["A"], "<Marker>m</Marker>"), page(["B"], "")])
    #expect(try world.client().run(list).output.map(\.accessKeyId) == ["A", "B"].map(Self.id))
  }

  @Test func aListingWithoutEnd() throws {
    let same = page(["A"], "<IsTruncated>true</IsTruncated><Marker>m</Marker>")
    #expect(try failure(ScriptedAWS(script: [same]).client(), Call(list)).kind == .malformed)
    var number = 0
    let endless = ScriptedAWS { [self] _ in
      number += 1
      return page([], "<IsTruncated>true</IsTruncated><Marker>m\(number)</Marker>")
    }
    #expect(try failure(endless.client(), Call(list)).message.contains("1000 pages"))
    let many = ScriptedAWS { [self] _ in
      number += 1
      return page(
        (0..<1_000).map { "A\($0)" }, "<IsTruncated>true</IsTruncated><Marker>m\(number)</Marker>")
    }
    #expect(try failure(many.client(), Call(list)).message.contains("10000 items"))
    #expect(many.requests.count == 10 + RetryState.maximumAttempts)
    let history = try SSM.getParameterHistory(name: "/a", withDecryption: false)
    let versions = (1...2_000).map {
      #"{"Name":"/a","Type":"String","Value":"x","Version":\#($0),"LastModifiedDate":1.8e9}"#
    }.joined(separator: ",")
    let long = ScriptedAWS { _ in
      number += 1
      return HTTPResponse.text(200, #"{"Parameters":[\#(versions)],"NextToken":"t\#(number)"}"#)
    }
    #expect(try failure(long.client(), Call(history)).message.contains("no end"))
    #expect(long.requests.count == 5 + RetryState.maximumAttempts)
  }

  @Test func aNameThatIsMissingFromTheReplyIsNotAbsent() throws {
    let world = ScriptedAWS(script: [
      HTTPResponse.text(200, #"{"Parameters":[],"InvalidParameters":[]}"#)
    ])
    let read = try SSM.getParameters(names: ["/a"], withDecryption: true)
    #expect(try failure(world.client(), Call(read)).kind == .malformed)
    #expect(throws: CodecFailure.self) { try SSM.getParameters(names: [], withDecryption: true) }
    #expect(throws: CodecFailure.self) {
      try SSM.getParameters(names: Array(repeating: "/a", count: 11), withDecryption: true)
    }
  }

  // MARK: Words

  @Test func secretsStayOutOfFailuresAndLogs() throws {
    let value = "the-value-to-publish"
    let leaky = """
      Value \(value) refused for \(ScriptedAWS.secret). The Canonical String for this request \
      should have been 'x-amz-security-token:\(ScriptedAWS.token)'
      """
    for script in [
      [HTTPResponse.error(400, "ValidationException", leaky)],
      [HTTPResponse.error(500, "InternalFailure", ScriptedAWS.token)],
      [HTTPResponse.text(200, "{\"Version\": \"\(value)\"}")],
    ] {
      let world = ScriptedAWS(script: script)
      let put = try SSM.putParameter(
        name: "/a", type: .secureString, value: SharedSecret(SecretBytes(copying: value)))
      let failure = try failure(world.client(), Call(put))
      let seen = "\(failure) \(failure.advice) \(world.log.text)"
      #expect(world.log.text.contains("SSM PutParameter"))
      for secret in [value, ScriptedAWS.secret, ScriptedAWS.token, "AWS4-HMAC"] {
        #expect(!seen.contains(secret))
      }
    }
  }

  @Test func anUnknownKeyIsExplained() throws {
    let world = ScriptedAWS(script: [
      HTTPResponse.error(403, "InvalidClientTokenId", "The security token is invalid.")
    ])
    let failure = try failure(world.client(), Call(STS.getCallerIdentity()))
    let text = failure.description
    for part in ["STS GetCallerIdentity in ap-northeast-2", "id-error", "new", "MFA", "deleted"] {
      #expect(text.contains(part))
    }
  }

  @Test(arguments: [200, 302, 403, 407])
  func aPageThatIsNotOfAWS(status: Int) throws {
    let page = HTTPResponse(
      status: status, headers: [("Date", "Thu, 01 Jan 2015 00:00:00 GMT")],
      body: SharedSecret(copying: "<html>sign in</html>"))
    let client = ScriptedAWS(script: [.success(page)]).client()
    let failure = try failure(client, Call(create))
    #expect((failure.kind, failure.execution) == (.malformed, .unknown))
    #expect(failure.description.contains("not known whether AWS did it"))
    #expect(!client.shared.clock.isAnchored)
  }

  @Test func noCredentials() throws {
    let world = ScriptedAWS(script: [HTTPResponse.newKey])
    let failure = try failure(
      world.client(credentials: { throw EndpointFailure.invalidRegion("x") }), Call(create))
    #expect((failure.kind, failure.execution) == (.noCredentials, .notExecuted))
    #expect(world.requests.isEmpty)
  }

  @Test func badRegion() throws {
    let world = ScriptedAWS(script: [HTTPResponse.identity])
    let client = world.client(region: "evil.example/")
    let failure = try failure(client, Call(STS.getCallerIdentity()))
    #expect(failure.kind == .misconfigured)
    #expect(world.requests.isEmpty)
  }
}

/// A small generator whose numbers follow from its seed.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
