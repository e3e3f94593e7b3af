import AWSClient
import LibCrypto
import Testing

/// What AWS can't mean is no answer: a read that says it is unreadable, and of a change nobody knows
/// whether it was done.
@Suite("Replies that claim what can't be")
struct ImpossibleReplyTests {
  struct Case: Sendable, CustomStringConvertible {
    var description: String
    var isChange = false
    var reply: Result<HTTPResponse, HTTPFailure>
    var run: @Sendable (ServiceClient) throws -> Void

    init(
      _ description: String, isChange: Bool = false, _ reply: Result<HTTPResponse, HTTPFailure>,
      _ run: @escaping @Sendable (ServiceClient) throws -> Void
    ) {
      (self.description, self.isChange, self.reply, self.run) = (description, isChange, reply, run)
    }
  }

  private static func created(
    user: String = "deployer", id: String = "AKIANEW000000000", status: String = "Active",
    secret: String = "wJalrXUtnFEMI/K7MDENG/bPxRfiCY"
  ) -> Result<HTTPResponse, HTTPFailure> {
    HTTPResponse.xml(
      "CreateAccessKey",
      """
      <AccessKey><UserName>\(user)</UserName><AccessKeyId>\(id)</AccessKeyId>\
      <Status>\(status)</Status><SecretAccessKey>\(secret)</SecretAccessKey>\
      <CreateDate>2027-01-15T08:00:00Z</CreateDate></AccessKey>
      """)
  }

  private static func listed(user: String = "deployer", id: String = "AKIAOLD000000000")
    -> Result<HTTPResponse, HTTPFailure>
  {
    HTTPResponse.xml(
      "ListAccessKeys",
      """
      <AccessKeyMetadata><member><UserName>\(user)</UserName><AccessKeyId>\(id)</AccessKeyId>\
      <Status>Active</Status><CreateDate>2027-01-15T08:00:00Z</CreateDate></member>\
      </AccessKeyMetadata><IsTruncated>false</IsTruncated>
      """)
  }

  private static func user(
    name: String = "deployer", id: String = "AIDAEXAMPLE000000",
    arn: String = "arn:aws:iam::111122223333:user/team/deployer"
  ) -> Result<HTTPResponse, HTTPFailure> {
    HTTPResponse.xml(
      "GetUser",
      """
      <User><Path>/team/</Path><UserName>\(name)</UserName><UserId>\(id)</UserId>\
      <Arn>\(arn)</Arn><CreateDate>2027-01-15T08:00:00Z</CreateDate></User>
      """)
  }

  private static func identity(
    account: String = "111122223333", arn: String = "arn:aws:iam::111122223333:user/d"
  ) -> Result<HTTPResponse, HTTPFailure> {
    HTTPResponse.xml(
      "GetCallerIdentity",
      "<Arn>\(arn)</Arn><UserId>AIDAEXAMPLE000000</UserId><Account>\(account)</Account>")
  }

  private static func parameter(name: String = "/a", version: String = "3") -> String {
    #"{"Name":"\#(name)","Type":"String","Version":\#(version),"LastModifiedDate":1.8e9,"Value":"v"}"#
  }

  @Sendable private static func create(_ client: ServiceClient) throws {
    _ = try client.run(IAM.createAccessKey(userName: "deployer"))
  }

  @Sendable private static func list(_ client: ServiceClient) throws {
    _ = try client.run(IAM.listAccessKeys(userName: "deployer"))
  }

  @Sendable private static func getUser(_ client: ServiceClient) throws {
    _ = try client.run(IAM.getUser(userName: "deployer"))
  }

  @Sendable private static func whoAmI(_ client: ServiceClient) throws {
    _ = try client.run(STS.getCallerIdentity())
  }

  @Sendable private static func put(_ client: ServiceClient) throws {
    _ = try client.run(
      SSM.putParameter(name: "/a", type: .string, value: SharedSecret(SecretBytes(copying: "v"))))
  }

  @Sendable private static func get(_ client: ServiceClient) throws {
    _ = try client.run(SSM.getParameter(name: "/a", version: 3, withDecryption: true))
  }

  @Sendable private static func getAll(_ client: ServiceClient) throws {
    _ = try client.run(SSM.getParameters(names: ["/a"], withDecryption: false))
  }

  @Sendable private static func history(_ client: ServiceClient) throws {
    _ = try client.run(SSM.getParameterHistory(name: "/a", withDecryption: false))
  }

  private static func json(_ body: String) -> Result<HTTPResponse, HTTPFailure> {
    HTTPResponse.text(200, body)
  }

  static let possible: [Case] = [
    Case("CreateAccessKey", isChange: true, created(user: "Deployer"), create),
    Case("ListAccessKeys", listed(user: "Deployer"), list),
    Case("GetUser", user(), getUser), Case("GetCallerIdentity", identity(), whoAmI),
    Case("PutParameter", isChange: true, json(#"{"Version":9999999999}"#), put),
    Case("GetParameter", json(#"{"Parameter":\#(parameter())}"#), get),
    Case("GetParameters", json(#"{"Parameters":[\#(parameter())]}"#), getAll),
    Case("GetParameterHistory", json(#"{"Parameters":[\#(parameter())]}"#), history),
  ]

  static let impossible: [Case] = [
    Case("a new key of another user", isChange: true, created(user: "other"), create),
    Case("a new key with half an id", isChange: true, created(id: "AKIA"), create),
    Case("a new key with a garbled id", isChange: true, created(id: "AKIA?EW000000000"), create),
    Case("a new key that is Inactive", isChange: true, created(status: "Inactive"), create),
    Case("a new key with half a secret", isChange: true, created(secret: "wJalr"), create),
    Case(
      "a new key with a garbled secret", isChange: true,
      created(secret: "wJalrXUtnFEMI K7MDENG bPxRfiCY"), create),
    Case("keys of another user", listed(user: "other"), list),
    Case("a key with a garbled id", listed(id: "AKIA-OLD-0000000"), list),
    Case("a user of another name", user(name: "other"), getUser),
    Case("a user with another's ARN", user(arn: "arn:aws:iam::111122223333:user/other"), getUser),
    Case("a user in no account", user(arn: "arn:aws:iam::1:user/deployer"), getUser),
    Case("a user without an id", user(id: "AIDA"), getUser),
    Case("a caller in no account", identity(account: "1"), whoAmI),
    Case("a caller in two accounts", identity(account: "444455556666"), whoAmI),
    Case("version -1", isChange: true, json(#"{"Version":-1}"#), put),
    Case("version 0", isChange: true, json(#"{"Version":0}"#), put),
    Case("a version of eleven digits", isChange: true, json(#"{"Version":10000000000}"#), put),
    Case("a version with a fraction", isChange: true, json(#"{"Version":1.5}"#), put),
    Case("another version", json(#"{"Parameter":\#(parameter(version: "4"))}"#), get),
    Case("another parameter", json(#"{"Parameter":\#(parameter(name: "/b"))}"#), get),
    Case(
      "a parameter that wasn't asked for",
      json(#"{"Parameters":[\#(parameter()),\#(parameter(name: "/b"))]}"#), getAll),
    Case(
      "a parameter twice", json(#"{"Parameters":[\#(parameter()),\#(parameter())]}"#), getAll),
    Case(
      "a parameter that is there and isn't",
      json(#"{"Parameters":[\#(parameter())],"InvalidParameters":["/a"]}"#), getAll),
    Case(
      "a parameter with version -1", json(#"{"Parameters":[\#(parameter(version: "-1"))]}"#),
      getAll),
    Case(
      "the history of another parameter", json(#"{"Parameters":[\#(parameter(name: "/b"))]}"#),
      history),
    Case(
      "a history with version 0", json(#"{"Parameters":[\#(parameter(version: "0"))]}"#), history),
  ]

  @Test(arguments: possible) func whatCanBeIsTaken(_ one: Case) throws {
    try one.run(ScriptedAWS(script: [one.reply]).client())
  }

  @Test(arguments: impossible) func anImpossibleReplyIsNone(_ one: Case) throws {
    let world = ScriptedAWS(script: [one.reply])
    let failure = try #require(throws: AWSFailure.self) { try one.run(world.client()) }
    #expect(failure.kind == .malformed)
    #expect(failure.execution == .unknown)
    // A change isn't sent again.
    #expect(world.requests.count == (one.isChange ? 1 : RetryState.maximumAttempts))
  }

  // MARK: What Parameter Store can't decrypt

  private func refusal(_ code: String, _ message: String) throws -> AWSFailure.DecryptionRefusal? {
    let body = #"{"__type":"\#(code)","message":"\#(message)"}"#
    let world = ScriptedAWS(script: [HTTPResponse.text(400, body)])
    let failure = try #require(throws: AWSFailure.self) { try Self.get(world.client()) }
    return failure.decryptionRefusal
  }

  @Test func whatCannotBeDecryptedForGoodIsToldFromWhatPasses() throws {
    func kms(_ words: String, _ code: String) -> String {
      "\(words) (Service: AWSKMS; Status Code: 400; Error Code: \(code); Request ID: 0; Proxy: null)"
    }
    let gone = try refusal(
      "InvalidKeyId", kms("arn:aws:kms:key/1 is pending deletion.", "KMSInvalidStateException"))
    #expect(gone == .keyUnusable("InvalidKeyId: arn:aws:kms:key/1 is pending deletion."))
    for (words, code) in [
      ("key/1 is disabled.", "DisabledException"),
      ("Key 'key/1' does not exist", "NotFoundException"),
    ] {
      let found = try refusal("InvalidKeyId", kms(words, code))
      #expect(found == .keyUnusable("InvalidKeyId: \(words)"))
    }
    for words in [
      kms(
        "The ciphertext refers to a customer master key that does not exist",
        "AccessDeniedException"),
      "User: arn is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:key/1",
    ] {
      guard case .notPermitted = try refusal("AccessDeniedException", words) else {
        Issue.record("\(words)")
        continue
      }
    }
    for (code, words) in [
      ("InvalidKeyId", kms("key/1 is unavailable.", "KMSInvalidStateException")),
      ("InvalidKeyId", kms("try again", "DependencyTimeoutException")),
      ("AccessDeniedException", "User: arn is not authorized to perform: ssm:GetParameter"),
      ("ParameterNotFound", ""),
    ] {
      #expect(try refusal(code, words) == nil, "\(code) \(words)")
    }
  }
}
