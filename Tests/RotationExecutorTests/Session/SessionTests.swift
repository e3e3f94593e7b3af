import LibCrypto
import OneTimePassword
import RotationExecutor
import RotationPlanner
import Testing

import struct FoundationEssentials.Date

/// Codes, moments and failures of sessions, under a clock that moves when the program sleeps.
@Suite struct SessionTests {
  let aws: OneUser
  let audit: AuditLog
  let user: ManagedUser

  init() throws {
    aws = try OneUser()
    audit = try AuditLog(storage: AuditMemory())
    var policy = Policy()
    policy.session = .hours(12)
    var user = ManagedUser(name: "deployer", path: "/deploy/deployer", policy: policy)
    user.session = SessionSettings(
      parameter: "/deploy/deployer/session", mfaSerial: OneUser.serial, seed: .parameter("/mfa"))
    self.user = user
  }

  private func run(
    _ id: String, sessionsOnly: Bool = false, host: String = "host-a", asked: Bool = false
  ) -> UserOutcome {
    UserRun(
      user: user, aws: aws, files: NoFiles(), audit: audit,
      run: RunContext(
        runId: id, host: host, actor: OneUser.principal, holdsRunLock: true),
      request: PlanRequest(rotateNow: asked, sessionsOnly: sessionsOnly)
    ).perform()
  }

  private func record() throws -> RecordDocument {
    let text = try #require(aws.parameters["/deploy/deployer/record"]?.last?.text)
    guard case .document(let document) = RecordDocument.read(text) else { throw NotARecord() }
    return document
  }

  private struct NotARecord: Error {}

  private var session: SessionCredentials? {
    aws.parameters["/deploy/deployer/session"]?.last.flatMap { SessionDocument.read($0.value) }
  }

  private func codes(_ outcome: UserOutcome) -> [String] { outcome.failures.map(\.code.rawValue) }

  @Test func theFirstRunMakesKeyAndSession() throws {
    let outcome = run("r1")
    #expect(outcome.failures.isEmpty)
    #expect(outcome.done.map(\.result) == [.done, .done])
    #expect(session?.accessKeyId == "ASIA1")
    let kept = try record().session
    #expect(kept?.accessKeyId == "AKIA1" && kept?.version == 1 && kept?.lastStep == aws.sent[0])
    #expect(kept?.expiresAt == session?.expiration)
    // Looking again right after it finds nothing to do, and decrypts nothing.
    aws.calls = []
    #expect(run("r2").done.isEmpty && aws.calls.isEmpty)
  }

  /// Two runs within the same 30 seconds: the second waits for the next code.
  @Test func aCodeIsNeverSentTwiceByTwoHosts() throws {
    _ = run("r1")
    aws.parameters["/deploy/deployer/session"] = nil
    let before = aws.time
    #expect(run("r2", sessionsOnly: true, host: "host-b").failures.isEmpty)
    #expect(aws.sent.count == 2 && Set(aws.sent).count == 2)
    #expect(aws.time > before && aws.time - before <= 32)
  }

  /// What a dead run sent isn't in the record; the step in which its lease was taken over counts as
  /// used.
  @Test func afterADeadRunTheNextCodeIsWaitedFor() throws {
    _ = run("r1")
    aws.parameters["/deploy/deployer/session"] = nil
    // It dies right after AWS has made the session: its state is never written.
    aws.time += 120
    let step = Int(aws.time / 30)
    aws.accepted.insert(step)
    let state = try #require(aws.parameters["/deploy/deployer/record"]?.last?.text)
      .replacing(/"mac":"[^"]*",/, with: "")
    let intent = """
      {"inFlight":{"runId":"dead","host":"host-a","startedAt":"2027-01-15T08:02:00Z",\
      "knownKeyIds":["AKIA1"],"takesOver":null},
      """
    aws.write("/deploy/deployer/record", intent + state.dropFirst(), .string)
    let outcome = run("r2", sessionsOnly: true)
    #expect(outcome.failures.isEmpty)
    #expect(aws.sent.last == step + 1)
    #expect(session != nil)
    #expect(try record().inFlight == nil)
  }

  @Test func aWrongSeedIsAFindingAndTheRotationStands() throws {
    aws.device = try TOTPSeed.read(SecretBytes(copying: "MFRGGZDFMZTWQ2LKNNWG23TPOA"))
    let outcome = run("r1")
    #expect(codes(outcome) == ["session-code-refused"])
    #expect(outcome.done.map(\.result) == [.done, .failed])
    #expect(aws.sent.count == 1)
    #expect(try record().published?.accessKeyId == "AKIA1")
    #expect(try record().session?.lastStep == Int(aws.time / 30))
    #expect(try record().inFlight == nil)
  }

  private func refusal(_ code: String, _ message: String = "") -> CallFailure {
    CallFailure(
      operation: "GetSessionToken", code: code, message: message, execution: .notExecuted)
  }

  /// STS may not know a new key for seconds. Each try takes another code.
  @Test func aKeyThatIsNotKnownYetIsTriedAgain() throws {
    aws.failures["GetSessionToken"] = [
      refusal("InvalidClientTokenId"), refusal("InvalidClientTokenId"),
    ]
    #expect(run("r1").failures.isEmpty)
    #expect(aws.sent.count == 3 && Set(aws.sent).count == 3 && session != nil)
  }

  @Test func aKeyThatIsNeverKnownIsAFinding() {
    aws.failures["GetSessionToken"] = Array(repeating: refusal("InvalidClientTokenId"), count: 9)
    #expect(codes(run("r1")) == ["session-key-refused"])
    #expect(aws.sent.count == 3)
  }

  @Test(arguments: [
    ("AccessDenied", "unable to validate MFA code. Please verify", "session-device"),
    ("RequestExpired", "", "session-clock"), ("ServiceFailure", "", "session-failed"),
    ("AccessDenied", "not authorized", "session-failed"),
  ])
  func eachRefusalHasItsCode(code: String, message: String, finding: String) {
    aws.failures["GetSessionToken"] = [refusal(code, message)]
    #expect(codes(run("r1")) == [finding])
  }

  @Test func aLostAnswerCostsItsCode() throws {
    aws.lost["GetSessionToken"] = [
      CallFailure(operation: "GetSessionToken", message: "no answer", execution: .unknown)
    ]
    #expect(codes(run("r1")) == ["session-failed"])
    #expect(run("r2", sessionsOnly: true).failures.isEmpty)
    #expect(Set(aws.sent).count == 2 && session != nil)
  }

  @Test func whatCannotBeProvenIsNotPublished() throws {
    aws.failures["proof"] = Array(
      repeating: CallFailure(
        operation: "GetCallerIdentity", code: "InvalidClientTokenId", message: "no",
        execution: .notExecuted), count: 9)
    #expect(codes(run("r1")) == ["session-unusable"])
    #expect(session == nil)
  }

  /// A put without an answer: reading back tells.
  @Test func aPutWithoutAnAnswer() throws {
    aws.lost["PutParameter /deploy/deployer/session"] = [
      CallFailure(operation: "PutParameter", message: "no answer", execution: .unknown)
    ]
    #expect(run("r1").failures.isEmpty)
    #expect(try record().session?.version == 1)
  }

  @Test func aPutThatWasRefusedLeavesTheSessionBefore() throws {
    _ = run("r1")
    aws.time += 7 * 3600
    aws.failures["PutParameter /deploy/deployer/session"] = [
      CallFailure(
        operation: "PutParameter", code: "AccessDenied", message: "no", execution: .notExecuted)
    ]
    #expect(codes(run("r2", sessionsOnly: true)) == ["call-failed"])
    #expect(session?.accessKeyId == "ASIA1")
    #expect(run("r3", sessionsOnly: true).failures.isEmpty)
    #expect(session?.accessKeyId == "ASIA3")
  }

  @Test func aFullAuditLogStopsTheSessionToo() throws {
    _ = run("r1")
    aws.time += 7 * 3600
    aws.sent = []
    let full = AuditMemory()
    full.limit(to: 0)
    let outcome = UserRun(
      user: user, aws: aws, files: NoFiles(), audit: try AuditLog(storage: full),
      run: RunContext(runId: "r2", host: "host-a", holdsRunLock: false),
      request: PlanRequest(sessionsOnly: true)
    ).perform()
    #expect(codes(outcome) == ["audit-log"] && aws.sent.isEmpty)
  }

  @Test func aSeedInAStringIsRefused() {
    aws.parameters["/mfa"] = nil
    aws.write("/mfa", OneUser.seed, .string)
    #expect(codes(run("r1")) == ["session-seed"])
    #expect(aws.sent.isEmpty)
  }

  // MARK: The document

  @Test func theDocumentIsWhatSDKsRead() throws {
    let made = SessionCredentials(
      accessKeyId: "ASIA1", secret: SecretBytes(copying: "a+/="),
      token: SecretBytes(copying: "t/+="), expiration: Date(timeIntervalSince1970: 1_800_000_000))
    let text = try #require(SessionDocument.render(made))
    #expect(
      text.bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        == #"{"Version":1,"AccessKeyId":"ASIA1","SecretAccessKey":"a+/=","SessionToken":"t/+=","#
        + #""Expiration":"2027-01-15T08:00:00Z"}"#)
    #expect(SessionDocument.read(text.bytes)?.expiration == made.expiration)
  }

  @Test(arguments: ["\"", "\\", "\n", "ü", ""]) func aStrangeTokenIsNotWritten(token: String) {
    let made = SessionCredentials(
      accessKeyId: "ASIA1", secret: SecretBytes(copying: "a"), token: SecretBytes(copying: token),
      expiration: Date(timeIntervalSince1970: 0))
    #expect(SessionDocument.render(made) == nil)
  }
}
