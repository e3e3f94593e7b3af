internal import AWSClient
package import RotationExecutor
package import RotationPlanner
internal import LibCrypto
package import struct FoundationEssentials.Date

/// One run of one host as AWS sees it: it signs by its own clock, its requests meet faults, and it
/// retries as the real client does, by the very same `RetryState`.
package final class SimulatedHost: AWSPort {
  let aws: ModelAWS
  let promises: Promises
  let trail: WatchedTrail
  let scheduler: Scheduler?
  let name: String
  let budget = RetryBudget()
  package var faults: [Int: Fault]
  /// For random schedules: how likely a fault is at each attempt, and from where it is drawn.
  package var faultRate = 0.0
  package private(set) var attempts = 0
  /// The attempts that were changes.
  package private(set) var changes: [Int] = []
  /// The attempts that were made for a session.
  package private(set) var sessionAttempts: [Int] = []
  /// The run was started with `--compromised`.
  var replacesCompromised = false
  /// The fault of the present attempt.
  private var struck: Fault?
  /// With `--revoke-sessions`.
  var revokesSessions = false
  package private(set) var isDead = false
  package var log: ((String) -> Void)?

  // The host's clock.
  package var wallOffset: Double
  /// How long its boot-time clock has stood still.
  private var stopped = 0.0
  private var anchor: (date: Double, boot: Double)?
  /// What this run was told of last uses.
  private var lastUses: [AccessKeyID: AccessKeyLastUsed] = [:]

  package init(
    aws: ModelAWS, promises: Promises, trail: WatchedTrail, name: String,
    scheduler: Scheduler? = nil, faults: [FaultPoint] = [], wallOffset: Double = 0
  ) {
    self.aws = aws
    self.promises = promises
    self.trail = trail
    self.name = name
    self.scheduler = scheduler
    self.wallOffset = wallOffset
    self.faults = Dictionary(
      faults.map { ($0.attempt, $0.fault) }, uniquingKeysWith: { first, _ in first })
  }

  // MARK: Time

  private var boot: Double { aws.time - stopped }

  private var clock: Double {
    anchor.map { $0.date + (boot - $0.boot) } ?? aws.time + wallOffset
  }

  package func now() -> Date? {
    if isDead { return Date(timeIntervalSince1970: 32_503_680_000) }  // ends every loop
    return anchor == nil ? nil : Date(timeIntervalSince1970: clock)
  }

  private func hearDate() {
    let date = aws.time.rounded(.down)
    if anchor != nil, (0...3).contains(clock - date) { return }
    anchor = (date, boot)
  }

  package func sleep(_ duration: Duration) {
    guard !isDead else { return }
    wait(duration.inSeconds)
  }

  private func wait(_ seconds: Double) {
    if let scheduler { scheduler.sleep(seconds) } else { aws.time += seconds }
  }

  private func pause(_ seconds: Double, _ clockStops: Bool) {
    wait(seconds)
    if clockStops { stopped += seconds }
  }

  private func die() {
    isDead = true
    trail.isDead = true
    log?("    \(name) dies")
  }

  // MARK: One call

  private func fault() -> Fault? {
    if let fixed = faults[attempts] { return fixed }
    guard faultRate > 0, aws.random.chance(faultRate) else { return nil }
    return aws.random.pick(Fault.all)
  }

  /// Signs, sends, and sends again, as `AWSClient` does.
  private func call<Value: Sendable>(
    _ operation: String, _ repeatability: Repeatability, _ fence: Fence,
    _ body: () throws(ModelAWS.Refusal) -> Value
  ) throws(CallFailure) -> Done<Value> {
    var retry = RetryState(repeatability)
    var mayHaveActed = false
    while true {
      guard !isDead else { throw failure(operation, "dead", mayHaveActed) }
      let (outcome, value, refusal) = attempt(operation, fence, body)
      if isDead { throw failure(operation, "dead", true) }
      switch outcome {
      case .success:
        guard let value else { throw failure(operation, "unreadable", true) }
        return Done(value, requestId: "request-\(name)-\(attempts)")
      case nil:
        throw CallFailure(
          operation: operation, message: "the fence is closed",
          execution: mayHaveActed ? .unknown : .notExecuted, fenced: true)
      case .some(let other):
        if other.mayHaveBeenExecuted { mayHaveActed = true }
        switch retry.failed(other, budget: budget, random: aws.random.upTo(1)) {
        case .retry(let delay): wait(delay.inSeconds)
        case .giveUp: throw failure(operation, refusal, mayHaveActed)
        }
      }
    }
  }

  private func failure(_ operation: String, _ code: String?, _ mayHaveActed: Bool) -> CallFailure {
    CallFailure(
      operation: operation, code: code, message: code ?? "no answer",
      execution: mayHaveActed ? .unknown : .notExecuted,
      decryption: code.flatMap(ModelAWS.decryptionRefusal))
  }

  /// Nil as the outcome: the fence refused to sign.
  private func attempt<Value>(
    _ operation: String, _ fence: Fence, _ body: () throws(ModelAWS.Refusal) -> Value
  ) -> (AttemptOutcome?, Value?, String?) {
    let fault = fault()
    struck = fault
    attempts += 1
    if let fault { aws.met["\(fault)", default: 0] += 1 }
    if let fault { log?("    \(name) #\(attempts - 1) \(operation): \(fault)") }
    if case .pauseBefore(let seconds, let stops) = fault { pause(seconds, stops) }
    if case .clockStep(let seconds) = fault { wallOffset += seconds }
    if fault == .diskFull { trail.storage.limit(to: trail.storage.bytes.count) }
    if fault == .syncFails { trail.storage.failSyncs(true) }
    if fault == .renamed { aws.renameUser() }
    if fault == .crashBefore { die() }
    guard !isDead else { return (.transient(mayHaveBeenExecuted: false), nil, "dead") }
    let signedAt = clock
    guard fence.allows(signingAt: Date(timeIntervalSince1970: signedAt)) else {
      return (nil, nil, nil)
    }
    wait(0.01 + aws.random.upTo(0.1))
    switch fault {
    case .notConnected: return (.transient(mayHaveBeenExecuted: false), nil, nil)
    case .lostRequest:
      wait(30)
      return (.transient(mayHaveBeenExecuted: true), nil, nil)
    case .throttle:
      hearDate()
      return (.throttled, nil, "Throttling")
    case .serverError:
      hearDate()
      return (.transient(mayHaveBeenExecuted: true), nil, "InternalFailure")
    case .pauseInFlight(let seconds, let stops): pause(seconds, stops)
    default: break
    }
    return deliver(operation, signedAt, fault, body)
  }

  private func deliver<Value>(
    _ operation: String, _ signedAt: Double, _ fault: Fault?,
    _ body: () throws(ModelAWS.Refusal) -> Value
  ) -> (AttemptOutcome?, Value?, String?) {
    // Some services accept a signature that is 15 minutes old; none more.
    guard abs(aws.time - signedAt) <= 900 else {
      hearDate()
      return (.clockSkew, nil, "RequestExpired")
    }
    aws.letThiefAct()
    defer { aws.letThiefAct() }
    let result: Result<Value, ModelAWS.Refusal>
    do { result = .success(try body()) } catch { result = .failure(error) }
    log?("    \(name) #\(attempts - 1) \(operation) \(Self.words(result))")
    wait(0.01 + aws.random.upTo(0.1))
    switch fault {
    case .crashAfter:
      die()
      return (.transient(mayHaveBeenExecuted: true), nil, nil)
    case .lostReply:
      wait(30)
      return (.transient(mayHaveBeenExecuted: true), nil, nil)
    case .serverErrorAfterActing:
      hearDate()
      return (.transient(mayHaveBeenExecuted: true), nil, "InternalFailure")
    case .malformedReply:
      return (.permanent(mayHaveBeenExecuted: true), nil, nil)
    case .pauseAfter(let seconds, let stops): pause(seconds, stops)
    default: break
    }
    hearDate()
    switch result {
    case .success(let value): return (.success, value, nil)
    case .failure(let refusal):
      return (
        AttemptOutcome(status: refusal.status, code: refusal.code, skew: .zero), nil, refusal.code
      )
    }
  }

  private static func words<Value>(_ result: Result<Value, ModelAWS.Refusal>) -> String {
    switch result {
    case .success: "ok"
    case .failure(let refusal): refusal.code
    }
  }

  // MARK: Reads

  package func observe(user: String, parameters: [ParameterPlace]) -> FirstReads {
    var reads = FirstReads(
      user: read("GetUser") { () throws(ModelAWS.Refusal) in
        try self.aws.find(user)
        return ObservedUser(
          name: self.aws.userName, userId: self.aws.userId, account: self.aws.account)
      },
      keys: read("ListAccessKeys") { () throws(ModelAWS.Refusal) in
        try self.aws.find(user)
        return self.aws.listKeys()
      }, parameters: [:])
    switch readParameters(parameters) {
    case .success(let found): reads.parameters = found
    case .failure(let failure): for place in parameters { reads.unread[place] = failure }
    }
    return reads
  }

  package func keys(of user: String) throws(CallFailure) -> [AccessKey] {
    try read("ListAccessKeys") { self.aws.listKeys() }.get()
  }

  package func inlinePolicy(_ name: String, user: String) throws(CallFailure) -> String? {
    try read("GetUserPolicy") { self.aws.policies[name] }.get()
  }

  package func putInlinePolicy(
    _ name: String, _ document: String, user: String, fence: Fence
  ) throws(CallFailure) -> Done<Void> {
    try change("PutUserPolicy", nil, Declared.putUserPolicy, fence) {
      () throws(ModelAWS.Refusal) in
      self.promises.checkRevocation()
      self.aws.setPolicy(name, document)
    }
  }

  package func deleteInlinePolicy(
    _ name: String, user: String, fence: Fence
  ) throws(CallFailure) -> Done<Void> {
    try change("DeleteUserPolicy", nil, Declared.deleteUserPolicy, fence) {
      () throws(ModelAWS.Refusal) in self.aws.setPolicy(name, nil)
    }
  }

  private func readParameters(_ places: [ParameterPlace])
    -> Result<[ParameterPlace: Parameter], CallFailure>
  {
    read("GetParameters") {
      var result: [ParameterPlace: Parameter] = [:]
      for place in places {
        guard let version = self.aws.read(place.name) else { continue }
        let shown = version.isSecure ? Array("ciphertext".utf8) : version.value
        result[place] = Self.parameter(place.name, version, shown)
      }
      return result
    }
  }

  private func read<Value: Sendable>(
    _ operation: String, _ body: () throws(ModelAWS.Refusal) -> Value
  ) -> Result<Value, CallFailure> {
    do { return .success(try call(operation, .always, .none, body).value) } catch {
      return .failure(error)
    }
  }

  private static func parameter(
    _ name: String, _ version: ModelAWS.Version, _ value: [UInt8], writer: String? = nil
  ) -> Parameter {
    Parameter(
      name: name, version: version.number, modifiedAt: Date(timeIntervalSince1970: version.at),
      kind: version.isSecure ? .secureString : .string, writer: writer,
      value: SecretBytes(copying: value))
  }

  package func identity(of session: SessionCredentials) throws(CallFailure) -> CallerIdentity {
    sessionAttempts.append(attempts)
    return try call("GetCallerIdentity", .always, .none) { () throws(ModelAWS.Refusal) in
      if let refusal = self.aws.authenticates(
        session.accessKeyId, secret: session.secret, token: session.token)
      {
        throw refusal
      }
      return CallerIdentity(
        arn: "arn:aws:iam::\(self.aws.account):user/deployer", account: self.aws.account,
        userId: self.aws.userId)
    }.value
  }

  package func identity(signedBy pair: AccessKeyPair?, region: String?) throws(CallFailure)
    -> CallerIdentity
  {
    try call("GetCallerIdentity", .always, .none) { () throws(ModelAWS.Refusal) in
      if let pair {
        if let refusal = self.aws.authenticates(pair.id, secret: pair.secret) { throw refusal }
        self.aws.noteUse(pair.id, service: "sts")
      }
      return CallerIdentity(
        arn: "arn:aws:iam::\(self.aws.account):user/deployer", account: self.aws.account,
        userId: pair == nil ? "AIDAADMIN" : self.aws.userId)
    }.value
  }

  package func lastUsed(_ id: AccessKeyID) throws(CallFailure) -> AccessKeyLastUsed {
    lastUses[id] = nil  // of an earlier read nothing is known any more
    let use = try call("GetAccessKeyLastUsed", .always, .none) { () throws(ModelAWS.Refusal) in
      try self.aws.lastUsed(id)
    }.value
    lastUses[id] = use
    return use
  }

  package func decrypted(_ place: ParameterPlace) throws(CallFailure) -> Parameter? {
    try call("GetParameter", .always, .none) { () throws(ModelAWS.Refusal) in
      try self.aws.read(place.name).map { found throws(ModelAWS.Refusal) in
        Self.parameter(place.name, found, try self.aws.decrypted(found))
      }
    }.value
  }

  package func decrypted(_ place: ParameterPlace, version: Int) throws(CallFailure) -> Parameter? {
    try call("GetParameter", .always, .none) { () throws(ModelAWS.Refusal) in
      let found = self.aws.history(place.name).first { $0.number == version }
      return try found.map { found throws(ModelAWS.Refusal) in
        Self.parameter(place.name, found, try self.aws.decrypted(found))
      }
    }.value
  }

  package func history(_ name: String) throws(CallFailure) -> [Parameter] {
    try call("GetParameterHistory", .always, .none) {
      self.aws.history(name).map { version in
        Self.parameter(
          name, version, version.isSecure ? Array("ciphertext".utf8) : version.value,
          writer: version.writer)
      }
    }.value
  }

  // MARK: Changes

  /// A change, with the promises asked before and after it.
  private func change<Value: Sendable>(
    _ operation: String, _ key: AccessKeyID?, _ repeatability: Repeatability, _ fence: Fence,
    of name: String? = nil, _ body: () throws(ModelAWS.Refusal) -> Value
  ) throws(CallFailure) -> Done<Value> {
    try call(operation, repeatability, fence) { () throws(ModelAWS.Refusal) in
      self.changes.append(self.attempts - 1)
      self.promises.checkIntent(self.trail, operation, key)
      let value = try body()
      self.trail.noteMade(operation, key, name)
      self.promises.noticePublication()
      self.promises.checkPublished()
      self.promises.checkSession()
      return value
    }
  }

  package func sessionToken(
    signedBy pair: AccessKeyPair, serialNumber: String, code: String, seconds: Int, fence: Fence
  ) throws(CallFailure) -> Done<SessionCredentials> {
    sessionAttempts.append(attempts)
    return try change("GetSessionToken", pair.id, Declared.getSessionToken, fence) {
      () throws(ModelAWS.Refusal) in
      self.promises.checkCode(code)
      let session = try self.aws.makeSession(
        with: pair.id, secret: pair.secret, serial: serialNumber, code: code, seconds: seconds)
      return SessionCredentials(
        accessKeyId: session.accessKeyId, secret: SecretBytes(copying: session.secret),
        token: SecretBytes(copying: session.token),
        expiration: Date(timeIntervalSince1970: session.expiresAt))
    }
  }

  package func createAccessKey(user: String, fence: Fence) throws(CallFailure)
    -> Done<CreatedAccessKey>
  {
    try change("CreateAccessKey", nil, Declared.createAccessKey, fence) {
      () throws(ModelAWS.Refusal) in
      try self.aws.find(user)
      self.promises.checkCreation(
        replacesCompromised: self.replacesCompromised, revokes: self.revokesSessions)
      let others = self.aws.existing.map(\.id)
      let key = try self.aws.createKey(user: user, by: self.name)
      var named = key.id
      switch self.struck {
      case .replyNamesKnownKey: named = others.first ?? key.id
      case .replyNamesNoKey: named = AccessKeyID("GARBLED")
      default: break
      }
      return CreatedAccessKey(
        pair: AccessKeyPair(id: named, secret: SecretBytes(copying: key.secret)),
        createdAt: Date(timeIntervalSince1970: key.createdAt.rounded(.down)))
    }
  }

  package func setStatus(
    _ status: AccessKeyStatus, of id: AccessKeyID, user: String, fence: Fence
  ) throws(CallFailure) -> Done<Void> {
    try change("UpdateAccessKey", id, Declared.updateAccessKey, fence) {
      () throws(ModelAWS.Refusal) in
      try self.aws.find(user)
      if status == .inactive {
        self.promises.checkDeactivation(id, self.lastUses[id])
      }
      try self.aws.setActive(id, status == .active)
    }
  }

  package func deleteAccessKey(_ id: AccessKeyID, user: String, fence: Fence) throws(CallFailure)
    -> Done<Bool>
  {
    do {
      return try change("DeleteAccessKey", id, Declared.deleteAccessKey, fence) {
        () throws(ModelAWS.Refusal) in
        try self.aws.find(user)
        self.promises.checkDeletion(id, by: self.name, self.lastUses[id])
        try self.aws.deleteKey(id)
        return true
      }
    } catch  where error.code == "NoSuchEntity" {
      // The key, or the user under this name.
      _ = try call("GetUser", .always, .none) { () throws(ModelAWS.Refusal) in
        try self.aws.find(user)
      }
      return Done(false, requestId: nil)
    }
  }

  package func put(_ writes: [ParameterWrite], fence: Fence) -> [Result<Done<Int>, CallFailure>] {
    writes.map { write -> Result<Done<Int>, CallFailure> in
      let value = write.value.withUnsafeBytes { Array($0) }
      if let standing = aws.newest(write.name),
        standing.isSecure != (write.kind == .secureString)
      {
        promises.fail("rule: \(write.name) is put in another type, which AWS refuses")
      }
      if write.kind != .secureString {
        // The order means what is published when the run looks, which may be later than its start.
        if replacesCompromised { promises.orderReplacement() }
        promises.checkSecrecy(value, "the String \(write.name)")
      }
      if write.name == promises.user.session?.parameter {
        sessionAttempts.append(attempts)
        promises.checkSessionPut(value)
      }
      if value.count > 4096 { promises.fail("rule: \(write.name) has more than 4 KB") }
      return Result { () throws(CallFailure) in
        try change("PutParameter", nil, Declared.putParameter, fence, of: write.name) {
          () throws(ModelAWS.Refusal) in
          try self.aws.take(
            write.name, value, isSecure: write.kind == .secureString,
            by: Stage.actor(self.name))
        }
      }
    }
  }
}
