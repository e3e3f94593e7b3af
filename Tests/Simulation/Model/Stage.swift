internal import LibCrypto
internal import struct FoundationEssentials.Date
package import RotationExecutor
package import RotationPlanner

/// One user in one account, with the hosts that look after it. Runs are started here, and what they
/// leave behind is checked here.
package final class Stage {
  package let aws: ModelAWS
  package let promises: Promises
  /// As a group or a path selects it: by the name that it has now, on a path that is fixed.
  package var user: ManagedUser {
    var user = settings
    user.name = aws.userName
    return user
  }
  private let settings: ManagedUser
  /// A host's audit log survives its runs; the host itself is nothing but this.
  private var logs: [String: AuditMemory] = [:]
  private var runs = 0
  package var log: ((String) -> Void)?
  /// The attempts that the last run made.
  package private(set) var attempts = 0
  /// Those of them that were changes.
  package private(set) var changes: [Int] = []
  /// Those that were made for a session.
  package private(set) var sessionAttempts: [Int] = []

  package init(seed: UInt64, lag: Lag = .some, withSession: Bool = false) {
    aws = ModelAWS(seed: seed)
    (aws.lags, aws.staleness) = (lag != .none, lag.staleness)
    var user = ManagedUser(
      name: "deployer", path: "/deploy/deployer",
      verification: Verification(successes: 2, interval: .seconds(1), timeout: .seconds(120)))
    if withSession {
      // Longer than the grace: the session may outlive the key that it was made with.
      user.policy.session = .hours(36)
      // Shorter than a code's 30 seconds, longer than lists may lag.
      user.policy.settle = .seconds(22)
      user.session = SessionSettings(
        parameter: "/deploy/deployer/session", mfaSerial: ModelAWS.mfaSerial,
        seed: .parameter("/deploy/mfa-seed"), duration: .hours(36))
      _ = aws.put("/deploy/mfa-seed", Array(ModelAWS.mfaSeed.utf8), isSecure: true)
      aws.time += 60
    }
    settings = user
    promises = Promises(aws: aws, user: user)
  }

  /// The same stage once more, between two runs: to begin from it again is quicker than to set it
  /// again.
  private init(copying stage: Stage) {
    aws = stage.aws.copy()
    settings = stage.settings
    promises = stage.promises.copy(aws)
    logs = stage.logs.mapValues { AuditMemory($0.bytes) }
    runs = stage.runs
  }

  func copy() -> Stage { Stage(copying: self) }

  /// What a run is to meet.
  package struct Conditions {
    package var request = PlanRequest()
    /// `rotate rollback`: two runs in a row, which the request doesn't tell.
    package var rollsBack = false
    package var faults: [FaultPoint] = []
    package var faultRate = 0.0
    package var wallOffset = 0.0

    package init(
      request: PlanRequest = PlanRequest(), rollsBack: Bool = false, faults: [FaultPoint] = [],
      faultRate: Double = 0, wallOffset: Double = 0
    ) {
      self.request = request
      self.rollsBack = rollsBack
      self.faults = faults
      self.faultRate = faultRate
      self.wallOffset = wallOffset
    }
  }

  // MARK: Runs

  @discardableResult
  package func run(_ host: String = "a", _ conditions: Conditions = Conditions()) -> UserOutcome {
    run(host, conditions, nil)
  }

  /// Runs of different hosts at once; `start` in seconds from now.
  package func runTogether(_ bodies: [(host: String, start: Double, conditions: Conditions)]) {
    aws.met["\(bodies.count) hosts at once", default: 0] += 1
    let scheduler = Scheduler(aws: aws)
    scheduler.run(
      bodies.map { host, start, conditions in
        (start, { _ = self.run(host, conditions, scheduler) })
      })
  }

  private func run(_ host: String, _ conditions: Conditions, _ scheduler: Scheduler?)
    -> UserOutcome
  {
    runs += 1
    let runId = "run-\(runs)"
    let storage = logs[host] ?? AuditMemory()
    storage.limit(to: nil)
    storage.failSyncs(false)
    logs[host] = storage
    guard let trail = try? WatchedTrail(storage) else {
      promises.fail("6: the audit log of host \(host) can't be opened any more")
      return UserOutcome(user: user.name)
    }
    let simulated = SimulatedHost(
      aws: aws, promises: promises, trail: trail, name: runId, scheduler: scheduler,
      faults: conditions.faults, wallOffset: conditions.wallOffset)
    simulated.faultRate = conditions.faultRate
    simulated.log = log
    if conditions.wallOffset != 0 { aws.met["clock wrong", default: 0] += 1 }
    if conditions.rollsBack { aws.met["rollback", default: 0] += 1 }
    let order = conditions.request.order.map { ", ordered: \($0)" } ?? ""
    log?("  \(runId) on host \(host) at \(aws.time)\(order)")
    if conditions.request.order == .resume { promises.resume() }
    if case .replaceCompromised = conditions.request.order {
      simulated.replacesCompromised = true
      simulated.revokesSessions = conditions.request.revokesSessions
      if conditions.request.revokesSessions { promises.ordersRevocation = true }
      promises.orderReplacement()
    }
    let settled = isSettled
    let start = aws.time
    // After an interrupted run an order may still mean the key before.
    let isRecorded = recordedState?.published?.accessKeyId == promises.published?.rawValue
    let published = isRecorded ? promises.published : nil
    let outcome = perform(
      conditions, simulated, trail,
      RunContext(runId: runId, host: host, actor: Self.actor(runId), holdsRunLock: true))
    attempts = simulated.attempts
    changes = simulated.changes
    sessionAttempts = simulated.sessionAttempts
    // Of runs at once nobody can say whose order came last.
    if scheduler == nil {
      noteOrders(outcome, conditions.request.order, of: published, by: simulated)
    } else {
      promises.resume()
    }
    if settled, scheduler == nil { checkEnd(outcome, conditions, simulated, since: start) }
    promises.checkAccount(trail)
    if simulated.isDead {
      // A power cut may take what was not synced, or leave some of it.
      if aws.random.chance(0.5) { logs[host] = AuditMemory(storage.durableBytes) }
    } else {
      try? trail.sync()
    }
    if !outcome.done.isEmpty || !outcome.failures.isEmpty {
      // To describe one takes longer than a run; of many thousand, one in four is enough.
      if runs.isMultiple(of: 4) {
        promises.checkSecrecy(Array(String(describing: outcome).utf8), "the report")
      }
      promises.checkSecrecy(storage.bytes, "the audit log")
    }
    log?(
      "  \(runId) says: \(outcome.findings.map(\.code)) \(outcome.done.map { "\($0.planned.step): \($0.result)" })"
    )
    return outcome
  }

  private func perform(
    _ conditions: Conditions, _ host: SimulatedHost, _ trail: WatchedTrail, _ context: RunContext
  ) -> UserOutcome {
    if conditions.rollsBack {
      return Rollback(user: user, aws: host, files: NoFiles(), audit: trail, run: context)
        .perform()
    }
    return UserRun(
      user: user, aws: host, files: NoFiles(), audit: trail, run: context,
      request: conditions.request
    ).perform()
  }

  /// What the run told whoever started it holds from now on.
  private func noteOrders(
    _ outcome: UserOutcome, _ order: Order?, of published: AccessKeyID?, by host: SimulatedHost
  ) {
    let failed =
      host.isDead
      || outcome.failures.contains { $0.severity == .failed || $0.code == .leaseHeld }
    // A run that ended well has carried the order out, or recorded it; it can't have passed it over.
    let isOrdered = if case .replaceCompromised = order { true } else { false }
    let isDeclined =
      outcome.plan?.isStopped != false
      || outcome.findings.contains { $0.code == .replacedAlready }
    let isTold = outcome.findings.contains { $0.code == .noRoomToReplace }
    if !failed, isTold || (isOrdered && !isDeclined) {
      promises.demandReplacement(of: published)
    }
    for done in outcome.done where done.result == .done {
      switch done.planned.step {
      case .pause(let pause) where !host.isDead:
        promises.pause(until: pause.until?.timeIntervalSince1970)
      case .rollBack(let id, _, _): promises.rollBack(to: id)
      default: break
      }
    }
  }

  /// Reads show what was written last.
  private var isSettled: Bool {
    [user.record, user.credentials, user.session?.parameter].allSatisfy { name in
      guard let name else { return true }
      return aws.newest(name).map { $0.at + ModelAWS.parameterLag < aws.time } ?? true
    }
  }

  private func checkEnd(
    _ outcome: UserOutcome, _ conditions: Conditions, _ host: SimulatedHost, since start: Double
  ) {
    // Who only pauses, resumes or rolls back lets no key retire.
    let isOrdinary =
      switch conditions.request.order {
      case .replaceCompromised, nil: !conditions.rollsBack
      case .pause, .resume, .rollBack: false
      }
    let endedWell =
      !host.isDead && outcome.plan?.isStopped == false
      && !outcome.findings.contains { $0.severity == .failed }
    guard endedWell, isOrdinary else { return }
    if !conditions.request.sessionsOnly { promises.checkCompromised() }
    checkContainment(outcome)
    promises.checkFreshSession(since: start)
  }

  /// One role, whose sessions have names of their own.
  static func actor(_ runId: String) -> String {
    "arn:aws:sts::111122223333:assumed-role/rotate/\(runId)"
  }

  /// What a run says that it has done, a thief notices.
  private func checkContainment(_ outcome: UserOutcome) {
    func didIt(_ isMeant: (Step) -> Bool) -> Bool {
      outcome.done.contains { $0.result == .done && isMeant($0.planned.step) }
    }
    // Who doesn't have its secret can't try it, and says so.
    let isReplaced = didIt { if case .rotate(.compromised, _) = $0 { true } else { false } }
    if isReplaced, didIt({ if case .deactivate = $0 { true } else { false } }),
      !outcome.findings.contains(where: { $0.code == .stillAccepted }),
      !outcome.findings.contains(where: { $0.message.contains("not tried whether AWS refuses") })
    {
      promises.checkThief()
    }
    if didIt({ if case .revokeSessions = $0 { true } else { false } }) { promises.checkRevoked() }
  }

  package func advance(_ seconds: Double) {
    aws.time += seconds
    log?("  \(seconds) s later")
  }

  /// From now on the copies can't be written, or they can again.
  func refuseCopies(_ refuses: Bool) {
    aws.refused = refuses ? Set(user.pair.map(\.place.name)) : []
  }

  /// The copies can't be written for longer than every period, and then they can.
  func keepCopiesBehind() {
    for days in [1.0, 8, 30] {
      advance(days * 86400)
      let told = run().findings.filter { $0.code == .copyNotUpdated && $0.severity == .failed }
      if told.isEmpty {
        promises.fail("9: nobody is told what the superseded key waits for")
      }
    }
    refuseCopies(false)
  }

  /// A host's audit log is lost, and its lock file with it.
  package func loseLog(_ host: String) { logs[host] = nil }

  // MARK: Stages

  /// A key that was made by hand long ago.
  @discardableResult
  package func standingKey(daysOld: Double) -> AccessKeyID? {
    aws.time -= daysOld * 86400
    let key = try? aws.createKey(user: user.name, by: nil)
    aws.time += daysOld * 86400
    return key?.id
  }

  /// Somebody makes a key for themselves.
  func makeForeignKey() { _ = try? aws.createKey(user: user.name, by: nil) }

  /// The published key is in wrong hands.
  func stealPublished() { if let published = promises.published { aws.steal(published) } }

  /// Somebody makes what was superseded Active again.
  func activateOthers() {
    for key in aws.existing where key.id != promises.published { try? aws.setActive(key.id, true) }
    promises.meddle()
    advance(60)
  }

  /// Somebody writes nonsense over what is published.
  func spoilCredentials() {
    _ = aws.put(user.credentials, Array("no credential".utf8), isSecure: true)
    promises.meddle()
    advance(5)
  }

  /// And of what stood there before, nothing can be decrypted any more.
  func loseOldVersions() { aws.loseOldVersions(user.credentials, isDeleted: true) }

  /// A consumer that read the credential now uses it.
  package func useConsumer() {
    if let published = promises.published { aws.noteUse(published, service: "s3") }
  }

  /// Consumers that kept a copy of some key use it.
  func useCopies() {
    for key in aws.existing where key.active { aws.noteUse(key.id, service: "s3") }
  }

  /// The keys that the program doesn't know: nothing but reports may come of them.
  package var foreign: Int {
    run().after?.keys.count { $0.role == .foreign } ?? 0
  }

  // MARK: The end

  /// Once the faults end, the next runs must reach the steady state: one working, published key,
  /// the record a state that says so, and after the periods nothing else.
  package func checkConvergence(foreign: Int = 0) {
    advance(31 * 60)  // leases of the past run out
    var steady = false
    for _ in 0..<8 where !steady {
      let outcome = run("a")
      steady = isSteady && outcome.failures.isEmpty
      // Where a retiring key takes the place, nothing but its end makes room.
      let waits = outcome.findings.contains { [.noRoom, .noRoomToReplace].contains($0.code) }
      let due = waits ? outcome.after?.next?.at?.timeIntervalSince1970 ?? 0 : 0
      advance(max(due - aws.time, 3600))
    }
    if !steady { return promises.fail("7: the runs don't reach a steady state") }
    promises.checkOwedRevocation()
    let foreign = foreign + wantedBack
    for _ in 0..<24 where aws.existing.count > 1 + foreign {
      // The plan says when something will be due; that it is due then, not later, is a promise too.
      let due = run("a").after?.next?.at?.timeIntervalSince1970 ?? 0
      advance(max(due - aws.time, 3600))
    }
    // What only a forged record would have attributed is told and held.
    let left = aws.existing.count
    let expected = 1 + (left > 1 + foreign && promises.wasForged ? self.foreign : foreign)
    if left != expected { promises.fail("7: \(left) keys are left, \(expected) are expected") }
    if !isSteady { promises.fail("7: the steady state doesn't last") }
    if promises.owesRevocation {
      advance(40 * 3600)
      run("a")
      promises.checkPolicyIsGone()
    }
    promises.checkReplaced()
    checkLogs()
  }

  /// A key that a rollback is to bring back waits for a person, as every run says, until somebody
  /// resumes.
  var wantedBack: Int {
    guard let target = recordedState?.paused?.rollbackTo else { return 0 }
    return aws.existing.count { $0.id.rawValue == target && $0.id != promises.published }
  }

  /// What the record says, where its newest version is a state.
  private var recordedState: RecordDocument? {
    guard let newest = aws.newest(user.record),
      case .document(let document) = RecordDocument.read(
        String(decoding: newest.value, as: UTF8.self)), document.inFlight == nil
    else { return nil }
    return document
  }

  private var isSteady: Bool {
    guard promises.publishedWorks, let document = recordedState else { return false }
    return document.published?.accessKeyId == promises.published?.rawValue && projectionsAgree
  }

  private var projectionsAgree: Bool {
    user.pair.allSatisfy { projection in
      guard let published = promises.published, let shown = aws.newest(projection.place.name),
        let key = aws.key(published)
      else { return false }
      let expected = projection.format == .accessKeyId ? key.id.rawValue : key.secret
      return shown.value.elementsEqual(expected.utf8)
    }
  }

  /// Every log is intact, and every intent in it has its outcome.
  private func checkLogs() {
    for (host, storage) in logs {
      guard let log = try? AuditLog(storage: storage) else {
        promises.fail("6: the audit log of host \(host) is not intact")
        continue
      }
      if host == "a", let open = try? log.unresolvedIntents(), !open.isEmpty {
        promises.fail("6: \(open.count) intents of host \(host) have no outcome")
      }
    }
  }
}

/// No local files are configured.
private final class NoFiles: ProjectionFiles {
  func keyId(in projection: FileProjection) throws(ProjectionFailure) -> AccessKeyID? { nil }
  func check(_ projection: FileProjection) throws(ProjectionFailure) {}
  func write(
    _ pair: AccessKeyPair, to projection: FileProjection
  ) throws(ProjectionFailure) -> Set<ProjectionNote> { [] }
}
