package import struct FoundationEssentials.Date

/// Decides what is to be done for one user: a pure function of the policy, what was observed, and
/// the time. A dry run, a report and the real run ask the same function and get the same answer.
package enum Planner {
  /// `now` is AWS's own time, never the host's.
  package static func plan(
    _ observation: Observation, policy: Policy, now: Date, request: PlanRequest = PlanRequest()
  ) -> Verdict {
    let isAttested = observation.attestation != nil
    // Whoever holds the lease ends by writing the record, and what it writes is believed.
    if case .mine = observation.lease, !isAttested { return .look([.attestation]) }
    var deliberation = Deliberation(
      observation: observation, policy: policy, now: now, request: request)
    deliberation.decide()
    guard deliberation.wanted.isEmpty else { return .look(deliberation.wanted) }
    let plan = deliberation.conclusion()
    // Where nothing is to be changed, and nothing waits for what the record says, nothing rests on
    // its word, and nothing is decrypted.
    let restsOnRecord =
      !plan.steps.isEmpty || request.writesRecord || deliberation.recordHoldsRotationBack
    return restsOnRecord && !isAttested ? .look([.attestation]) : .decided(plan)
  }
}

/// The state of one planning: what was seen, and what follows from it so far.
struct Deliberation {
  let observation: Observation
  let policy: Policy
  let now: Date
  let request: PlanRequest

  /// Evidence that is missing. Where there is any, nothing else counts.
  var wanted: Set<Evidence> = []
  var steps: [PlannedStep] = []
  var findings: [Finding] = []
  var rows: [AccessKeyID: (role: KeyRole, next: Upcoming?, reason: String)] = [:]
  var summary: String?

  /// What the record will say once the steps so far are done.
  var published: PublishedKey?
  var retiring: [RetiringKey] = []
  /// The keys that will exist once the steps so far are done.
  var remaining: [AccessKeyID: AccessKey]
  /// The published key was found to exist no more.
  var gone = false
  /// The published secret was found in no version of `credentials`.
  var lost = false
  /// The newest of those that could have held it but can't be decrypted.
  var undecryptable: (version: Int, why: String)?
  /// Set when nothing may be changed for this user.
  var stopped = false
  /// The keys that are said to be in wrong hands.
  var marked: Set<AccessKeyID> = []
  /// So is whichever is published.
  var replacesPublished = false
  /// The keys whose replacement was ordered now, and has to wait.
  var ordered: Set<AccessKeyID> = []
  /// The pause that will be in force once the steps so far are done.
  var pause: Pause?
  /// Nothing beside the order is looked at.
  var onlyOrdered = false
  /// The key that `credentials` will hold once the steps so far are done, and that works then.
  var vouched: AccessKeyID?
  /// What outlives the last key that was replaced as compromised.
  private(set) var leak: Leak?
  /// What the record says of the session.
  private(set) var recordedSession: SessionState?
  /// How the session stands; nil for a user without one.
  var session: SessionPlan?

  init(observation: Observation, policy: Policy, now: Date, request: PlanRequest) {
    var observation = observation
    observation.keys = Self.ordered(observation.keys)
    self.observation = observation
    self.policy = policy
    self.now = now
    self.request = request
    remaining = Dictionary(uniqueKeysWithValues: observation.keys.map { ($0.id, $0) })
    if let state = observation.believed {
      published = state.published
      recordedSession = state.session
      leak = Self.leak(in: state)
      // A record that somebody edited may name a key twice. The published one never retires.
      var seen = Set([state.published?.id].compactMap { $0 })
      retiring = state.retiring.filter { seen.insert($0.id).inserted }
      if let pause = state.pause, pause.isInForce(at: now) { self.pause = pause }
    }
    markCompromised()
  }

  /// Oldest first, each once: the plan doesn't depend on the order in which IAM lists keys.
  private static func ordered(_ keys: [AccessKey]) -> [AccessKey] {
    var seen: Set<AccessKeyID> = []
    return keys.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
      .filter { seen.insert($0.id).inserted }
  }

  /// The rules, in the order of their weight. Each may stop the planning.
  mutating func decide() {
    respectLease()
    if go { checkRecord() }
    if go { checkAttestation() }
    if go { pauseOrResume() }
    if go, !onlyOrdered { lookAtKeys() }
    if go { closeLease() }
    if wanted.isEmpty { reportUnseen() }
    if wanted.isEmpty { reportNames() }
    if wanted.isEmpty { reportPause() }
    if wanted.isEmpty { reportMisfits() }
    if go, !request.sessionsOnly { reportLeakedCopies() }
    if wanted.isEmpty { reportCut() }
    if wanted.isEmpty { reportForeignWrites() }
    if wanted.isEmpty, !request.sessionsOnly { reportOverdue() }
  }

  private mutating func lookAtKeys() {
    waitUntilSettled()
    if go { settlePublished() }
    if go { removeOrphans() }
    if go, request.order == .rollBack { return rollBack() }
    if go, !request.sessionsOnly {
      retire()
      if go { renew() }
      if go { repair() }
    }
    if go { keepSession() }
    if go, !request.sessionsOnly { endSessions() }
    if go, request.sessionsOnly { describeForSessions() }
  }

  var go: Bool { !stopped && wanted.isEmpty }

  var left: Unfinished? {
    switch observation.lease {
    case .abandoned(let left): left
    case .mine(_, let left): left
    case .free, .unread, .held: nil
    }
  }

  func key(_ id: AccessKeyID) -> AccessKey? { observation.keys.first { $0.id == id } }

  /// Stops: whatever was planned before is given up, since it rests on ground that doesn't hold.
  mutating func stop(_ finding: Finding) {
    findings.append(finding)
    steps = []
    rows = [:]
    stopped = true
  }

  mutating func add(_ step: Step, _ reason: String) {
    steps.append(PlannedStep(step, reason))
  }

  // MARK: Lease and record

  private mutating func respectLease() {
    switch observation.lease {
    case .unread:
      wanted.insert(.recordHistory)
    case .held(let holder, let until):
      stop(
        .run(
          .leaseHeld(
            runId: holder.runId, host: holder.host, until: until, isAwaited: request.isByPerson)))
    case .free, .abandoned, .mine:
      break
    }
  }

  private mutating func checkRecord() {
    switch observation.record {
    case .absent:
      break
    case .damaged(let why):
      stop(.record(.unreadable(why: why)))
    case .misfit(let misfit):
      stop(.copy(.misfit(misfit, user: observation.user.name)))
    case .newerSchema(let schema):
      stop(.record(.newerSchema(schema)))
    case .state(let state):
      if state.belongs(to: observation.user) { return }
      // IAM tells no two names apart by their case.
      let isNamesake =
        state.account == observation.user.account
        && state.user.lowercased() == observation.user.name.lowercased()
      guard isNamesake else {
        stop(.record(.ofAnother(user: state.user, account: state.account)))
        return
      }
      stop(
        .record(
          .userMadeAgain(
            user: state.user, recordedId: state.userId, presentId: observation.user.userId)))
    }
  }

  private mutating func checkAttestation() {
    guard case .unknown(let why) = observation.attestation else { return }
    stop(.evidence(.missing(.recordAuthorship, why: why)))
  }

  /// A key whose creation got no answer may take a while to show up in lists.
  private mutating func waitUntilSettled() {
    guard case .mine(let since, .some) = observation.lease else { return }
    let settled = since + policy.settle
    if now < settled { wanted.insert(.settled(at: settled)) }
  }

  // MARK: The end

  var rotates: Bool {
    steps.contains { if case .rotate = $0.step { true } else { false } }
  }

  /// The keys that the steps replace as compromised.
  private var replaced: Set<AccessKeyID> {
    var ids: Set<AccessKeyID> = []
    for planned in steps {
      if case .rotate(.compromised, let superseding) = planned.step { ids.formUnion(superseding) }
    }
    return ids
  }

  /// An intent that nothing follows would make every later run read the history, and a version
  /// that isn't this program's would make it prove the record.
  private mutating func closeLease() {
    guard steps.isEmpty else { return }
    guard let left else {
      if !observation.foreignWrites.isEmpty || observation.isRefuted {
        add(.recordState, "to write the record anew, since its newest version isn't this program's")
      }
      return
    }
    add(
      .recordState,
      "run \(left.holder.runId) of host \(left.holder.host) ended early and left nothing to undo")
  }

  /// Said once: the record is written anew, and anchors the log as it is now.
  private mutating func reportCut() {
    guard observation.auditLogCut else { return }
    if go, steps.isEmpty {
      add(.recordState, "to anchor the audit log as it is now in the record")
    }
    report(.record(.auditLogCut(isRepeated: stopped)))
  }

  /// Whatever else is done: nobody knows what these copies show.
  private mutating func reportUnseen() {
    for copy in observation.unseen { report(copy.finding) }
  }

  private mutating func reportForeignWrites() {
    for write in observation.foreignWrites {
      report(
        .record(
          .unproven(
            version: write.version, why: write.why, isRefuted: observation.isRefuted)))
    }
  }

  private mutating func reportOverdue() {
    // While another run is at work, this key is probably being replaced.
    if case .held = observation.lease { return }
    guard let published, key(published.id) != nil, publishedAge > policy.maxKeyAge, !rotates
    else { return }
    report(
      .key(
        .overdue(
          published.id, age: publishedAge, allowed: policy.maxKeyAge,
          pausedFor: pause == nil ? nil : observation.user.name)))
  }

  /// Beside what decided the plan, which stays the last.
  mutating func report(_ finding: Finding) { findings.insert(finding, at: 0) }

  func conclusion() -> Plan {
    let keys = observation.keys.map { key -> KeyPlan in
      let row = rows[key.id] ?? (role(key.id), nil, "left alone: nothing is planned for this user")
      return KeyPlan(
        key: key, role: row.role, next: row.next, reason: row.reason,
        dates: dates(of: key, role: row.role, next: row.next))
    }
    let next = keys.compactMap(\.next).filter { $0.at != nil }
      .min { ($0.at ?? now) < ($1.at ?? now) }
    return Plan(
      user: observation.user.name, steps: steps, findings: findings, keys: keys, next: next,
      isStopped: stopped, pause: pause, summary: conclusionInWords, session: session,
      replacing: stopped ? [] : ordered.union(replaced))
  }

  /// By the record alone: the planning stopped before the key's turn.
  private func role(_ id: AccessKeyID) -> KeyRole {
    if id == published?.id { return .published }
    return retiring.contains { $0.id == id } ? .retiring : .unknown
  }

  private var conclusionInWords: String {
    // Of those that weigh the same, the one that decided the plan, which is the last.
    let worst = findings.reversed().max { $0.severity < $1.severity }
    if let worst, worst.severity > .notice || stopped { return worst.message }
    if !steps.isEmpty { return "due: " + steps.map(\.reason).joined(separator: "; ") }
    return summary ?? worst?.message ?? "nothing to do"
  }
}
