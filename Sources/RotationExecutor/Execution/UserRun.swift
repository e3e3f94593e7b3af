internal import LibCrypto
package import RotationPlanner
internal import struct FoundationEssentials.Date

/// One run for one user: look, plan, take the lease, look and plan again, act, give it back.
package final class UserRun {
  let aws: any AWSPort
  let files: any ProjectionFiles
  let audit: any AuditTrail
  let run: RunContext
  var request: PlanRequest
  let seeds: any LocalSeeds
  private(set) var observer: Observer
  /// Asked before a rotation; nil where nobody has to be.
  private let gate: RotationGate?
  /// Whether this run may make a new key.
  private var mayRotate: Bool
  /// Somebody or something has refused it one, and that was told.
  private var isRefused = false

  var outcome: UserOutcome
  /// Set while this run holds the lease.
  var lease: Lease?
  /// What the replay said when the lease was taken, and what this run has done since.
  var truth: RecordDocument?
  /// Whether that is this program's word: found out when the lease was taken.
  var attestation = Attestation.proven
  /// The versions of the record that aren't this program's, as far as this run has met them.
  var foreignWrites: [ForeignWrite] = []
  /// What `credentials` holds, as this run has read or put it; nil: it hasn't.
  var held: CredentialsContent?
  /// The keys that this run has made.
  var made: Set<AccessKeyID> = []
  /// What the record will say.
  var draft: RotationState?
  /// The keys as this run has left them, for the report.
  var keys: [AccessKey] = []
  var observed: ObservedUser?
  /// The versions of the projections as this program wrote them.
  var projections: [String: Int] = [:]
  /// The copies that this run has given the published key, and those that it has yet to give, or
  /// could not.
  var givenCopies: Set<String> = []
  var staleCopies: Set<String> = []
  /// Those whose write failed in the step at hand.
  var failedCopies: [String] = []
  /// The types of the parameters as they stand.
  var kinds: [ParameterPlace: Parameter.Kind] = [:]
  /// What was seen before this run changed anything under its lease.
  private var seen: Observation?
  /// What is known of the last uses, for the report.
  var lastUsed: [AccessKeyID: Known<AccessKeyLastUsed>] = [:]
  /// Keys that were made, never published, and could not be removed.
  var unremoved: Set<AccessKeyID> = []
  /// Versions of `credentials` whose secret was found wrong.
  var refuted: Set<Int> = []
  /// What came of the session's step, which fails without ending the run.
  var sessionResult = UserOutcome.DoneStep.Result.done
  /// The keys that are said to be in wrong hands.
  var compromised: Set<AccessKeyID> = []
  /// The sessions of such a key are to be revoked, too.
  var revokes = false
  /// Such a key with its secret, where it stood in `credentials` when this run replaced it.
  var leaked: AccessKeyPair?
  /// What this run knows of the compromised key that it made Inactive.
  var containment: Containment?
  /// This run has published a session.
  var sessionIsNew = false

  /// As IAM spells it, from the first look on.
  var user: ManagedUser { observer.user }

  package init(
    user: ManagedUser, aws: any AWSPort, files: any ProjectionFiles, audit: any AuditTrail,
    run: RunContext, request: PlanRequest = PlanRequest(), gate: RotationGate? = nil,
    seeds: any LocalSeeds = NoLocalSeeds()
  ) {
    self.aws = aws
    self.files = files
    self.audit = audit
    self.run = run
    self.request = request
    self.gate = gate
    mayRotate = gate == nil
    self.seeds = seeds
    observer = Observer(user: user, aws: aws, files: files, run: run)
    outcome = UserOutcome(user: user.name)
    outcome.policy = user.policy
  }

  /// Looks and plans; changes nothing.
  package func preview() -> UserOutcome {
    do {
      let (_, plan) = try deliberate()
      outcome.plan = plan
      outcome.after = plan
      _ = askFirst(plan)
    } catch {
      outcome.failures.append(error.finding)
    }
    outcome.at = aws.now()
    return outcome
  }

  /// Looks, plans, and does what is due.
  package func perform() -> UserOutcome {
    do {
      let (sighting, plan) = try deliberate()
      outcome.plan = plan
      outcome.after = plan
      try accountForEarlierRuns()
      let rest = askFirst(plan)
      if !rest.steps.isEmpty { try act(on: sighting, rest) }
    } catch {
      conclude(after: error)
    }
    outcome.at = aws.now()
    return outcome
  }

  /// A local file that could not be given the new key would go on showing the old one until that is
  /// gone. So there is no new key meanwhile, but where consumers have none at all.
  private var unwritable: [Finding] {
    user.projections.compactMap { projection in
      guard case .file(let file) = projection else { return nil }
      do throws(ProjectionFailure) { try files.check(file) } catch {
        return Finding(error, of: file)
      }
      return nil
    }
  }

  /// What is left of a plan once everybody has been asked. It is asked here and not under the
  /// lease, whose time is for changes.
  package func askFirst(_ plan: Plan) -> Plan {
    var rest = plan
    for planned in plan.steps {
      guard case .rotate(let reason, let superseding) = planned.step else { continue }
      let unwritable = planned.isForLaterConsumers ? unwritable : []
      if !unwritable.isEmpty {
        outcome.failures += unwritable
        refuse(planned, in: &rest)
        continue
      }
      // A key in wrong hands is replaced whatever a command says: after it the old one is Inactive.
      guard let gate, reason != .compromised else {
        mayRotate = true
        continue
      }
      switch gate(user, reason, superseding) {
      case .given(let findings):
        mayRotate = true
        outcome.failures += findings
      case .refused(let finding):
        outcome.failures.append(finding)
        refuse(planned, in: &rest)
      }
    }
    return rest
  }

  private func refuse(_ planned: PlannedStep, in rest: inout Plan) {
    mayRotate = false
    isRefused = true
    rest.steps.removeAll { $0 == planned }
    if rest.steps.isEmpty {
      outcome.done.append(UserOutcome.DoneStep(planned: planned, result: .notReached))
    }
  }

  /// How often a run sends CreateAccessKey without getting an answer.
  private static let creations = 5

  private func act(on sighting: Sighting, _ plan: Plan) throws(Halt) {
    if case .replaceCompromised = request.order {
      request.order = .replaceCompromised(plan.replacing)
      // Under the lease no order is left that would say it.
      outcome.failures += plan.findings.filter { $0.code == .replacedAlready }
    }
    if aws.isStopping { throw Halt.interrupted() }
    try takeLease(sighting)
    var unanswered = 0
    while true {
      let (sighting, plan) = try deliberate()
      begin(sighting, plan)
      do {
        try perform(plan, sighting)
        break
      } catch {
        switch error.afterwards {
        case .again(let settlesFrom):
          unanswered += 1
          if unanswered == Self.creations { try giveUpCreating(error.finding, settlesFrom) }
          outcome.failures.append(error.finding)
          startOver(settlesFrom: settlesFrom)
        case .leaveOut:
          outcome.failures.append(error.finding)
          startOver(settlesFrom: nil)
        case .giveBack, .leave: throw error
        }
      }
    }
    accountForContainment()
    try giveBack()
    outcome.after = reckon()
  }

  /// The last try got no answer either: the rotation has failed. What it made is removed, as far as
  /// that can be proven; else the intent stays, and the next run goes on with it.
  private func giveUpCreating(_ last: Finding, _ settlesFrom: Date) throws(Halt) -> Never {
    startOver(settlesFrom: settlesFrom)
    do {
      var (sighting, plan) = try deliberate()
      plan.steps = Array(plan.steps.prefix { !$0.step.isRotation })
      begin(sighting, plan)
      try perform(plan, sighting)
      try giveBack()
    } catch {
      outcome.failures.append(creationFailed(last))
      throw error
    }
    outcome.after = reckon()
    throw Halt(creationFailed(last))
  }

  private func creationFailed(_ last: Finding) -> Finding {
    let removed = outcome.done.count { done in
      if case .deleteOrphan = done.planned.step { done.result == .done } else { false }
    }
    return Finding(
      code: "creation-failed", .failed,
      "no new key was published: CreateAccessKey was sent \(Self.creations) times and never "
        + "answered. "
        + (removed == 0
          ? "No key came of it"
          : "\(removed) keys came of it and "
            + "were removed again") + ". The last time: \(last.message)",
      remedy: "see whether something on the way to IAM swallows replies (a proxy, a time-out); "
        + "the next run tries again")
  }

  func begin(_ sighting: Sighting, _ plan: Plan) {
    let observation = sighting.observation
    draft =
      observation.believed
      ?? RotationState(
        user: user.name, userId: observation.user.userId, account: observation.user.account)
    draft?.user = user.name  // it may have been renamed
    projections = observation.isRefuted ? [:] : user.written(in: truth)
    noteHeld(observation)
    keys = sighting.observation.keys
    (kinds, seen) = (sighting.kinds, sighting.observation)
    if let pause = draft?.pause, !pause.isInForce(at: sighting.now) { draft?.pause = nil }
    compromised.formUnion(plan.replacing.union(lease?.left?.compromised ?? []))
    revokes = revokes || request.revokesSessions || lease?.left?.revokes == true
    if let end = draft?.leak?.endsAt, sighting.now >= end, draft?.leak?.revokedBefore == nil {
      draft?.leak = nil
    }
    // An order that has to wait for room is whole in the record, too.
    if revokes, let id = draft?.published?.id, compromised.contains(id) {
      let before = draft?.leak?.revokedBefore
      draft?.leak = Leak(id: id, revokes: true, revokedBefore: before)
    }
    markCompromised()
  }

  /// What this run has seen of `credentials`, for what may be taken away; and a proof of the published
  /// key, which IAM counts as a use of it.
  private func noteHeld(_ observation: Observation) {
    if observation.credentialsVersion == nil { held = .absent }
    // A record of an older program doesn't say when the version was written.
    if let published = draft?.published, published.credentialsAt == nil,
      published.credentialsVersion == observation.credentialsVersion
    {
      draft?.published?.credentialsAt = observation.credentialsModifiedAt?.wholeSeconds
    }
    guard case .known(let content) = observation.credentials else { return }
    held = content
    if case .works(let id) = content, id == draft?.published?.id {
      draft?.published?.provenAt = stamp
    }
  }

  /// From now on every state says so, whatever becomes of this run: the next one goes on with it.
  private func markCompromised() {
    guard var state = draft else { return }
    if let id = state.published?.id, compromised.contains(id) {
      state.published?.compromised = true
    }
    for index in state.retiring.indices where compromised.contains(state.retiring[index].id) {
      state.retiring[index].compromised = true
    }
    draft = state
  }

  private func perform(_ plan: Plan, _ sighting: Sighting) throws(Halt) {
    // What can't be seen any more by looking at the state alone has to be told now.
    outcome.failures += plan.findings.filter { finding in
      finding.severity >= .act && plan.isStopped || finding.isToldOnce
    }
    if plan.isStopped, lease?.left != nil, let finding = plan.findings.last {
      // What an earlier run left can't be judged now. The intent has to stay, since it alone says
      // which keys are this program's.
      outcome.failures.removeAll { $0 == finding }  // the halt tells it
      throw Halt(finding, .leave)
    }
    for (index, planned) in plan.steps.enumerated() {
      var done = UserOutcome.DoneStep(planned: planned, result: .failed)
      if case .rotate(let reason, _) = planned.step {
        lease?.left = nil  // all steps before have settled it
        if !mayRotate, reason != .compromised {
          leaveOut(planned)
          continue
        }
      }
      failedCopies = []
      sessionResult = .done
      do throws(Halt) {
        if aws.isStopping {
          done.result = .notReached
          throw Halt.interrupted()
        }
        try perform(planned.step, sighting, &done)
        markCompromised()  // what was adopted just now may be such a key
        done.result = sessionResult
        outcome.done += done.split(failed: failedCopies)
      } catch {
        outcome.done.append(done)
        switch error.afterwards {
        case .again, .leaveOut: throw error
        case .giveBack, .leave: break
        }
        outcome.done += plan.steps[(index + 1)...].map {
          UserOutcome.DoneStep(planned: $0, result: .notReached)
        }
        throw error
      }
    }
    lease?.left = nil
  }

  /// A rotation that somebody refused, or that turned out to be due only under the lease, where
  /// nobody can be asked any more.
  private func leaveOut(_ planned: PlannedStep) {
    outcome.done.append(UserOutcome.DoneStep(planned: planned, result: .notReached))
    guard !isRefused else { return }
    outcome.failures.append(
      Finding(
        code: "hook-not-asked", .notice,
        "a rotation turned out to be due when `beforeRotate` could not be asked any more",
        remedy: "nothing: the next run asks and rotates"))
  }

  /// A creation got no answer. Whatever shows up after the time to settle and was not known when
  /// the lease was taken is this program's.
  ///
  /// - Parameter settlesFrom: Nil: nothing was created, so there is nothing to wait for.
  private func startOver(settlesFrom: Date?) {
    guard let held = lease, let draft else { return }
    // What was done so far is true from now on.
    truth = RecordDocument(draft, runId: run.runId, audit: nil, projections: projections)
    attestation = .proven
    guard let settlesFrom else { return }
    lease?.settlesFrom = settlesFrom
    lease?.isRecovery = true
    let own = Unfinished(
      holder: LeaseHolder(runId: run.runId, host: run.host), since: held.takenAt, until: held.end,
      knownKeyIds: held.knownKeyIds, compromised: orderedReplacement,
      revokes: request.revokesSessions)
    lease?.left = held.left ?? own
    lease?.left?.tenures += held.left == nil ? [] : own.tenures
  }

  /// Looks until the planner has all it needs.
  func deliberate() throws(Halt) -> (Sighting, Plan) {
    var sighting = try look()
    for _ in 0..<Self.looks {
      let verdict = Planner.plan(
        sighting.observation, policy: user.policy, now: sighting.now, request: request)
      switch verdict {
      case .decided(let plan):
        observed = sighting.observation.user
        lastUsed = sighting.observation.lastUsed
        return (sighting, plan)
      case .look(let evidence):
        if let settled = Self.settling(evidence) {
          aws.sleep(max(.zero, settled - sighting.now) + .milliseconds(50))
          // It is too early to look, and whose key came of what was sent isn't known yet.
          if aws.isStopping { throw Halt.interrupted(.leave) }
          sighting = try look()
          continue
        }
        for piece in evidence { try observer.gather(piece, into: &sighting, refuted: refuted) }
      }
    }
    throw Halt(
      Finding(
        code: "no-decision", .failed, "what was seen kept changing; nothing was decided",
        remedy: "run again"))
  }

  /// More than the planner can ever ask for in a row: each version of `credentials` is a question of
  /// its own, and Parameter Store keeps 100.
  private static let looks = 12 + 100

  private static func settling(_ evidence: Set<Evidence>) -> Date? {
    for case .settled(let date) in evidence { return date }
    return nil
  }

  private func look() throws(Halt) -> Sighting {
    var sighting = try observer.look(lease.map { ($0, truth) })
    outcome.user = user.name
    outcome.managed = user
    if lease != nil {
      sighting.observation.attestation = .known(attestation)
      sighting.observation.foreignWrites = foreignWrites
    }
    // Only the lock's holder knows that the log at hand is the one that this host wrote.
    let anchor = run.holdsRunLock ? sighting.document?.audit : nil
    if let anchor, let host = anchor.host, audit.isNew, RunLock.areOfOneMachine(host, run.host) {
      tellLostLog(anchor.sequence)
    }
    if let anchor, anchor.host == run.host {
      do {
        let found = try audit.find(AuditHead(sequence: anchor.sequence, hash: anchor.hash))
        sighting.observation.auditLogCut = found == .missing || found == .differs
      } catch { throw Halt(error) }
    }
    return sighting
  }

  /// With the lock beside it, the log has taken its host's name along: only the machine tells.
  private func tellLostLog(_ sequence: Int) {
    let finding = Finding(
      code: "audit-log-new", .notice,
      "this host has no audit log yet, though the record names entry \(sequence) of one that was "
        + "kept on this machine",
      remedy:
        "find out who took it away, or bring it and its lock back; said until the new log has "
        + "an entry")
    if !outcome.failures.contains(finding) { outcome.failures.append(finding) }
  }

  private func conclude(after halt: Halt) {
    outcome.failures.append(halt.finding)
    guard lease != nil else { return }
    accountForContainment()
    if case .giveBack = halt.afterwards, lease?.left == nil {
      do { try giveBack() } catch { outcome.failures.append(error.finding) }
    }
    // What only the record would have said wasn't done if it doesn't say so.
    if lease != nil {
      for index in outcome.done.indices where outcome.done[index].planned.step.isOnlyRecorded {
        if outcome.done[index].result == .done { outcome.done[index].result = .failed }
      }
    }
    if draft != nil { outcome.after = reckon() }
  }

  /// How the user stands by this run's own account, without asking AWS again.
  private func reckon() -> Plan? {
    guard let observed, let draft, let now = aws.now() else { return outcome.plan }
    var observation = Observation(
      user: observed, keys: keys, record: .state(draft), lease: .free,
      credentialsVersion: draft.published?.credentialsVersion, lastUsed: lastUsed)
    observation.sessionVersion = draft.session?.version
    observation.spelling = observer.spelling
    observation.unremoved = unremoved
    observation.attestation = .known(.proven)
    observation.credentials = (draft.published?.id).map { .known(.works($0)) }
    // `--now` that had to wait still wants what it couldn't have.
    let rotated = outcome.done.contains {
      if case .rotate = $0.planned.step { true } else { false }
    }
    let request = PlanRequest(
      rotateNow: request.rotateNow && !rotated, sessionsOnly: request.sessionsOnly)
    reckonCopies(&observation)
    for _ in 0..<2 {
      switch Planner.plan(observation, policy: user.policy, now: now, request: request) {
      case .decided(let plan): return self.request.isPausing ? plan.withPauseAccepted : plan
      case .look(let evidence):
        // Only the next run asks for it; the report shows what happens if nothing uses the key.
        for case .lastUsed(let id) in evidence {
          observation.lastUsed[id] = .known(AccessKeyLastUsed(at: nil))
        }
      }
    }
    return outcome.plan
  }

  private func reckonCopies(_ observation: inout Observation) {
    guard let seen else { return }
    observation.misfits = seen.misfits
    observation.hasCopies = seen.hasCopies
    observation.unwritableCopies = seen.unwritableCopies
    guard draft?.published != nil else { return }
    let stale = staleCopies.union(Set(seen.drift).subtracting(givenCopies))
    observation.drift = user.allProjections.map(\.name).filter(stale.contains)
    observation.refusedCopies = stale.intersection(
      failedCopies + staleCopies.subtracting(seen.unwritableCopies) + seen.refusedCopies)
  }
}

extension Step {
  fileprivate var isRotation: Bool { if case .rotate = self { true } else { false } }

  /// All of it is what the record says: without the state nothing has come of it.
  fileprivate var isOnlyRecorded: Bool {
    switch self {
    case .pause, .resume, .note, .recordState: true
    default: false
    }
  }
}

extension PlannedStep {
  /// A rotation without which the published key goes on working.
  fileprivate var isForLaterConsumers: Bool {
    switch step {
    case .rotate(.firstPublication, _), .rotate(.due, _), .rotate(.asked, _): true
    default: false
    }
  }
}

extension Plan {
  /// Who has just paused the rotations knows that one is due, and need not act on it.
  fileprivate var withPauseAccepted: Plan {
    var plan = self
    plan.findings = findings.map { finding in
      guard case .order(.pausedThoughWanted(let pause, let wanted, let user, _)) = finding else {
        return finding
      }
      return .order(.pausedThoughWanted(pause, wanted: wanted, user: user, isKnown: true))
    }
    return plan
  }
}

extension PlanRequest {
  fileprivate var isPausing: Bool {
    switch order {
    case .pause, .rollBack: true
    case .resume, .replaceCompromised, nil: false
    }
  }
}
