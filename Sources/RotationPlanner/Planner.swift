package import struct FoundationEssentials.Date

/// Decides what is to be done for one user: a pure function of the policy, what was observed, and
/// the time. A dry run, a report and the real run ask the same function and get the same answer.
package enum Planner {
  /// `now` is AWS's own time, never the host's.
  package static func plan(
    _ observation: Observation, policy: Policy, now: Date, request: PlanRequest = PlanRequest()
  ) -> Verdict {
    var deliberation = Deliberation(
      observation: observation, policy: policy, now: now, request: request)
    deliberation.decide()
    return deliberation.wanted.isEmpty
      ? .decided(deliberation.conclusion()) : .look(deliberation.wanted)
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
  /// Set when nothing may be changed for this user.
  var stopped = false

  init(observation: Observation, policy: Policy, now: Date, request: PlanRequest) {
    self.observation = observation
    self.policy = policy
    self.now = now
    self.request = request
    remaining = Dictionary(
      observation.keys.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    if case .state(let state) = observation.record {
      published = state.published
      retiring = state.retiring
    }
  }

  /// The rules, in the order of their weight. Each may stop the planning.
  mutating func decide() {
    respectLease()
    if go { checkRecord() }
    if go { waitUntilSettled() }
    if go { settlePublished() }
    if go { removeOrphans() }
    if go { retire() }
    if go { renew() }
    if go { repair() }
    if go { closeLease() }
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
        Finding(
          code: "lease-held", request.rotateNow ? .act : .notice,
          "another run (\(holder.runId), host \(holder.host)) is changing this user's keys; "
            + "it may until \(until.inWords)",
          remedy: "nothing: if that run has died, the next run after that time finishes its work"))
    case .free, .abandoned, .mine:
      break
    }
  }

  private mutating func checkRecord() {
    switch observation.record {
    case .absent:
      break
    case .damaged(let why):
      stop(
        Finding(
          code: "record-unreadable", .act, "the record can't be read: \(why)",
          remedy: "put an earlier version of the parameter back (aws ssm get-parameter-history), "
            + "or delete it: the next run then adopts the key that `credentials` holds"))
    case .newerSchema(let schema):
      stop(
        Finding(
          code: "record-newer", .act,
          "the record has schema \(schema), which a later version of rotate wrote",
          remedy: "install that version on this host too"))
    case .state(let state):
      if state.user != observation.user.name || state.account != observation.user.account {
        stop(
          Finding(
            code: "record-of-another", .act,
            "the record is of user \(state.user) in account \(state.account)",
            remedy: "give this user a `parameterPath` of its own"))
      } else if state.userId != observation.user.userId {
        stop(
          Finding(
            code: "user-made-again", .act,
            "the record is of \(state.userId), but \(state.user) is \(observation.user.userId) "
              + "now: the user was deleted and made again",
            remedy: "if the new user is to be managed, delete the record and `credentials` "
              + "of the old one"))
      }
    }
  }

  /// A key whose creation got no answer may take a while to show up in lists.
  private mutating func waitUntilSettled() {
    guard case .mine(let since, .some) = observation.lease else { return }
    let settled = since + policy.settle
    if now < settled { wanted.insert(.settled(at: settled)) }
  }

  // MARK: The end

  private mutating func repair() {
    guard let published, !observation.drift.isEmpty, !rotates else { return }
    add(
      .repair(observation.drift),
      "\(observation.drift.joined(separator: ", ")) "
        + "\(observation.drift.count == 1 ? "doesn't" : "don't") show the published key "
        + "\(published.id)")
  }

  var rotates: Bool {
    steps.contains { if case .rotate = $0.step { true } else { false } }
  }

  /// An intent that nothing follows would make every later run read the history.
  private mutating func closeLease() {
    if observation.auditLogCut { reportCut() }
    guard let left, steps.isEmpty else { return }
    add(
      .recordState,
      "run \(left.holder.runId) of host \(left.holder.host) ended early and left nothing to undo")
  }

  /// Said once: the record is written anew, and anchors the log as it is now.
  private mutating func reportCut() {
    findings.append(
      Finding(
        code: "audit-log-cut", .act,
        "the audit log of this host lacks the entry that the record names: "
          + "it was cut short, replaced or lost",
        remedy: "find out who touched it; `rotate audit verify --anchors` shows what is missing. "
          + "The record now anchors the log as it is"))
    if steps.isEmpty {
      add(.recordState, "to anchor the audit log as it is now in the record")
    }
  }

  func conclusion() -> Plan {
    let ordered = observation.keys.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    let rows = ordered.map { key -> KeyPlan in
      guard let row = self.rows[key.id] else {
        return KeyPlan(
          key: key, role: .foreign, next: nil, reason: "not this program's: never touched")
      }
      return KeyPlan(key: key, role: row.role, next: row.next, reason: row.reason)
    }
    let next = rows.compactMap(\.next).filter { $0.at != nil }
      .min { ($0.at ?? now) < ($1.at ?? now) }
    return Plan(
      user: observation.user.name, steps: steps, findings: findings, keys: rows, next: next,
      isStopped: stopped,
      summary: summary ?? findings.max { $0.severity < $1.severity }?.message ?? "nothing to do")
  }
}
