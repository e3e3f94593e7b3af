internal import LibCrypto
internal import RotationExecutor
internal import RotationPlanner
internal import SimulationModel
internal import Testing
internal import struct FoundationEssentials.Date

/// The model has AWS's rules: what it lets pass must be what AWS lets pass.
@Suite("The model of AWS")
struct ModelTests {
  private let aws = ModelAWS(seed: 1)

  init() { aws.lags = false }

  private func create() throws -> ModelAWS.Key { try aws.createKey(user: "deployer", by: nil) }

  @Test("Two keys a user, Inactive ones counted; LimitExceeded is no throttle")
  func quota() throws {
    let first = try create()
    _ = try create()
    try aws.setActive(first.id, false)
    let refusal = try #require(throws: ModelAWS.Refusal.self) { try create() }
    #expect(refusal.code == "LimitExceeded")
    try aws.deleteKey(first.id)
    #expect(try create().id != first.id)
  }

  @Test("With lags the quota of two is overshot now and then, never by more than one")
  func overshoot() {
    aws.lags = true
    var most = 0
    for _ in 0..<2_000 {
      _ = try? create()
      most = max(most, aws.existing.count)
      if aws.existing.count == 3, let last = aws.existing.last { try? aws.deleteKey(last.id) }
    }
    #expect(most == 3)
  }

  @Test("A key authenticates by its own secret, while it is Active and exists")
  func authentication() throws {
    let key = try create()
    func refusal(_ secret: String) -> String? {
      aws.authenticates(key.id, secret: SecretBytes(copying: secret))?.code
    }
    #expect(refusal(key.secret) == nil)
    #expect(refusal("another") == "SignatureDoesNotMatch")
    try aws.setActive(key.id, false)
    #expect(refusal(key.secret) == "InvalidClientTokenId")
    try aws.setActive(key.id, true)
    #expect(refusal(key.secret) == nil)
    try aws.deleteKey(key.id)
    #expect(refusal(key.secret) == "InvalidClientTokenId")
  }

  @Test("A new key flaps at first, and works for good after the lag")
  func flapping() throws {
    aws.lags = true
    var flapped = false
    for _ in 0..<50 {
      let key = try create()
      var answers: [Bool] = []
      for _ in 0..<6 {
        answers.append(aws.authenticates(key.id, secret: SecretBytes(copying: key.secret)) == nil)
      }
      flapped = flapped || zip(answers, answers.dropFirst()).contains { $0 && !$1 }
      aws.time += 21
      #expect(aws.authenticates(key.id, secret: SecretBytes(copying: key.secret)) == nil)
      for old in aws.existing { try aws.deleteKey(old.id) }
    }
    #expect(flapped)
  }

  @Test("Reads lag behind a put, but not for long; versions count up and 100 are kept")
  func parameters() {
    aws.lags = true
    var stale = false
    for number in 1...120 {
      #expect(aws.put("/p", [UInt8(number)], isSecure: false) == number)
      for _ in 0..<4 { stale = stale || aws.read("/p")?.number == number - 1 }
      aws.time += 2
      #expect(aws.read("/p")?.number == number)
      #expect(aws.history("/p").last?.number == number)
    }
    #expect(stale)
    #expect(aws.history("/p").map(\.number) == Array(21...120))
  }

  @Test("Last-used data lags by hours and has whole minutes")
  func lastUsed() throws {
    aws.lags = true
    let key = try create()
    aws.noteUse(key.id, service: "s3")
    let usedAt = aws.time
    aws.time += 5 * 3600
    let at = try #require(try aws.lastUsed(key.id).at?.timeIntervalSince1970)
    #expect(at <= usedAt && usedAt - at < 60)
    aws.noteUse(key.id, service: "ec2")
    #expect(try (0..<30).contains { _ in try aws.lastUsed(key.id).service == "s3" })
    // Beyond the resolution the next use is noted.
    aws.time += 900
    aws.noteUse(key.id, service: "ec2")
    aws.time += 5 * 3600
    #expect(try aws.lastUsed(key.id).service == "ec2")
  }

  @Test("IAM notes no other use of a key for a quarter of an hour after one")
  func lastUsedResolution() throws {
    let key = try create()
    aws.noteUse(key.id, service: "sts")
    for (seconds, shown) in [(899.0, "sts"), (1.0, "s3")] {
      aws.time += seconds
      aws.noteUse(key.id, service: "s3")
      #expect(try aws.lastUsed(key.id).service == shown)
    }
  }

  @Test("Of a key that doesn't exist any more, AWS says that access is denied")
  func lastUsedOfNoKey() throws {
    let key = try create()
    try aws.deleteKey(key.id)
    let refusal = try #require(throws: ModelAWS.Refusal.self) { try aws.lastUsed(key.id) }
    #expect(refusal.code == "AccessDenied")
  }

  @Test(
    "A signature that is older than 15 minutes changes nothing; a younger one does",
    arguments: [(850.0, true), (950.0, false)])
  func signatures(delay: Double, arrives: Bool) throws {
    let stage = Stage(seed: 1, lag: .none)
    let storage = AuditMemory()
    let host = SimulatedHost(
      aws: stage.aws, promises: stage.promises, trail: try WatchedTrail(storage), name: "run",
      faults: [FaultPoint(attempt: 1, fault: .pauseInFlight(delay, clockStops: false))])
    _ = try host.identity(signedBy: nil, region: nil)
    // Closes before another signature can be made.
    let fence = Fence(lastSigning: host.now().map { $0 + .seconds(60) })
    let created = try? host.createAccessKey(user: "deployer", fence: fence)
    #expect((created != nil) == arrives)
    #expect(stage.aws.existing.count == (arrives ? 1 : 0))
    // And nothing announced it.
    #expect(stage.promises.broken.contains { $0.hasPrefix("6:") } == arrives)
  }

  @Test("The fence is asked before every signature, the first included")
  func fence() throws {
    let stage = Stage(seed: 1, lag: .none)
    let host = SimulatedHost(
      aws: stage.aws, promises: stage.promises, trail: try WatchedTrail(AuditMemory()),
      name: "run")
    _ = try host.identity(signedBy: nil, region: nil)
    let failure = try #require(throws: CallFailure.self) {
      try host.createAccessKey(user: "deployer", fence: Fence(lastSigning: .distantPast))
    }
    #expect(failure.fenced && failure.execution == .notExecuted)
    #expect(stage.aws.existing.isEmpty)
  }

  @Test("An intent that isn't synced announces nothing")
  func durability() throws {
    let storage = AuditMemory()
    let trail = try WatchedTrail(storage)
    let draft = AuditDraft(
      time: .distantPast, runId: "run", host: "a", actor: nil, user: "deployer",
      accessKeyId: nil, action: "CreateAccessKey", detail: nil)
    storage.failSyncs(true)
    #expect(throws: AuditFailure.self) { try trail.recordIntents([draft]) }
    #expect(!trail.announces("CreateAccessKey", nil))
  }
}
