import RotationPlanner

import struct FoundationEssentials.Date

/// One user's whole truth. The planner sees the first look of it, and more only where it asks.
struct World {
  var seen: Situation
  var credentials: Known<CredentialsContent> = .known(.absent)
  var publications: Known<[Publication]> = .known([])
  var pairWorks: Known<Bool> = .known(false)
  /// The pair's id, where it is a SecureString.
  var sealedId: AccessKeyID?
  var attestation: Known<Attestation> = .known(.proven)
  var provenance: Known<Bool> = .known(true)
  var lastUsed: [AccessKeyID: Known<AccessKeyLastUsed>] = [:]
  /// What the history says of the lease and the record.
  var replayed: (LeaseStanding, RecordReading) = (.free, .absent)

  struct AsksInVain: Error { var evidence: Set<Evidence> }

  /// Looks as the executor does, until there is a plan. Throws where the planner asks again for
  /// what it has been given.
  mutating func plan() throws -> Plan {
    var given: Set<Evidence> = []
    while true {
      switch seen.verdict {
      case .decided(let plan): return plan
      case .look(let evidence):
        guard !evidence.isEmpty, given.isDisjoint(with: evidence) else {
          throw AsksInVain(evidence: evidence)
        }
        given.formUnion(evidence)
        for piece in evidence { give(piece) }
      }
    }
  }

  private mutating func give(_ evidence: Evidence) {
    switch evidence {
    case .recordHistory:
      (seen.observation.lease, seen.observation.record) = replayed
    case .credentials: seen.observation.credentials = credentials
    case .publications: seen.observation.publications = publications.listed
    case .publication(let version): read(version)
    case .attestation: seen.observation.attestation = attestation
    case .provenance(let id): seen.observation.provenance[id] = provenance
    case .pair:
      seen.observation.pairWorks = pairWorks
      if seen.observation.pairIsSealed, case .known = pairWorks {
        seen.observation.pairKeyId = sealedId
      }
    case .lastUsed(let id):
      seen.observation.lastUsed[id] = lastUsed[id] ?? .known(AccessKeyLastUsed(at: nil))
    case .settled(let date):
      if case .mine(let since, let left) = seen.observation.lease {
        let passed = date - Situation.now
        seen.observation.lease = .mine(since: since + (.zero - passed), left: left)
      }
    }
  }

  private mutating func read(_ number: Int) {
    guard case .known(let truth) = publications,
      case .known(var shown) = seen.observation.publications,
      let index = shown.firstIndex(where: { $0.version == number })
    else { return }
    shown[index] = truth[index]
    seen.observation.publications = .known(shown)
  }

  var published: PublishedKey? { seen.state.published }
  var unfinished: Unfinished? {
    switch seen.observation.lease {
    case .abandoned(let left), .mine(_, .some(let left)): left
    case .free, .unread, .held, .mine(_, nil): nil
    }
  }
}

// MARK: Generation

extension World {
  /// Two keys and what matters most about them: small enough to be tried in full.
  static func small(_ choose: inout Choices) -> World {
    var world = World(
      seen: Situation(key("A", choose(.active, .inactive), age: .days(choose(2, 95)))))
    if choose(true, false) {
      world.seen.observation.keys.append(
        key("B", choose(.active, .inactive), age: choose(.minutes(30), .days(400))))
    }
    if choose(true, false) { world.seen = world.seen.publishing("A") }
    switch choose(0, 1, 2, 3) {
    case 0: world.seen = world.seen.retiring("B")
    case 1: world.seen = world.seen.retiring("B", inactive: .days(8))
    case 2: world.seen = world.seen.retiring("B", inactive: .days(1))
    default: break
    }
    if choose(true, false) { world.seen = world.seen.interrupted(known: "A") }
    let content: CredentialsContent = choose(.works("A"), .works("B"), .refused("A"), .absent)
    world.credentials = .known(content)
    world.seen.observation.credentialsVersion = content == .absent ? nil : choose(7, 8)
    let history: [(Int, AccessKeyID)] = choose([(7, "A")], [(7, "A"), (8, "B"), (9, "A")])
    world.publications = .known(history.history(choose(.days(1), .minutes(1))))
    world.lastUsed["A"] = .known(AccessKeyLastUsed(at: nil))
    world.lastUsed["B"] = choose(
      .unknown("access denied"), .known(AccessKeyLastUsed(at: nil)),
      .known(AccessKeyLastUsed(at: Situation.ago(.minutes(5)), service: "s3")))
    world.seen.request = choose(
      PlanRequest(), PlanRequest(rotateNow: true), PlanRequest(makeRoom: true),
      PlanRequest(order: .rollBack), PlanRequest(order: .replaceCompromised(nil)))
    return world
  }

  /// Anything at all.
  static func any(_ choose: inout Choices) -> World {
    var world = World(seen: Situation())
    for id in ["A", "B", "C", "D"] as [AccessKeyID] where choose(true, true, false) {
      let status: AccessKeyStatus = choose(
        .active, .active, .active, .inactive, .inactive, .expired, .other("Frozen"))
      let age: Duration = choose(.seconds(5), .minutes(45), .days(2), .days(95), .days(400))
      world.seen.observation.keys.append(key(id, status, age: age))
      world.lastUsed[id] = anyUse(&choose)
    }
    let record = anyRecord(&choose, &world)
    let lease = anyLease(&choose)
    world.replayed = (lease, record)
    if choose(true, false, false, false) {
      (world.seen.observation.lease, world.seen.observation.record) = (.unread, .absent)
      if case .mine = lease { world.replayed.0 = .free }
    } else {
      (world.seen.observation.lease, world.seen.observation.record) = (lease, record)
    }
    anyParameters(&choose, &world)
    world.seen.request = choose(
      PlanRequest(rotateNow: choose(true, false, false), makeRoom: choose(true, false, false)),
      PlanRequest(order: anyOrder(&choose)))
    return world
  }

  private static func anyOrder(_ choose: inout Choices) -> Order {
    choose(
      .pause(reason: "any", until: choose(nil, Situation.now + .hours(1)), rollbackTo: nil),
      .resume, .rollBack, .replaceCompromised(nil), .replaceCompromised(["A"]))
  }

  private static func anyUse(_ choose: inout Choices) -> Known<AccessKeyLastUsed> {
    let at: Date? = choose(
      nil, Situation.ago(.minutes(5)), Situation.ago(.days(2)), Situation.ago(.days(300)))
    return choose(
      .unknown("access denied"),
      .known(AccessKeyLastUsed(at: at, service: at == nil ? nil : choose("sts", "s3"))))
  }

  private static func anyRecord(_ choose: inout Choices, _ world: inout World) -> RecordReading {
    var state = world.seen.state
    if let id = choose(nil, "A", "A", "B", "GONE") as AccessKeyID? {
      state.published = PublishedKey(
        id: id, createdAt: Situation.ago(choose(.seconds(5), .days(10), .days(95))),
        publishedAt: Situation.ago(.days(2)), credentialsVersion: 7,
        provenAt: choose(nil, Situation.ago(.days(2))))
    }
    for id in ["A", "B", "C", "GONE-TOO"] as [AccessKeyID] where choose(true, false) {
      state.retiring.append(
        RetiringKey(
          id: id, supersededAt: Situation.ago(choose(.seconds(5), .hours(1), .days(3))),
          deactivatedAt: choose(
            nil, Situation.ago(.seconds(5)), Situation.ago(.days(3)), Situation.ago(.days(30))),
          provenAt: choose(nil, Situation.ago(.days(2))),
          compromised: choose(true, false, false, false)))
    }
    state.published?.compromised = choose(true, false, false, false, false, false)
    if choose(true, false, false) {
      state.pause = Pause(
        since: Situation.ago(.days(1)),
        until: choose(nil, nil, Situation.ago(.hours(1)), Situation.now + .hours(1)),
        reason: "any", rollbackTo: choose(nil, "A", "B", "GONE"))
    }
    if choose(true, false, false, false, false, false, false, false) { state.userId = "AIDA0" }
    return choose(
      .state(state), .state(state), .state(state), .state(state), .absent, .absent,
      choose(
        .damaged("not JSON"), .newerSchema(2),
        .misfit(Misfit(.record, name: "/deploy/x/record", type: "SecureString"))))
  }

  private static func anyLease(_ choose: inout Choices) -> LeaseStanding {
    let left = Unfinished(
      holder: LeaseHolder(runId: "dead-run", host: "host-a"), since: Situation.ago(.hours(1)),
      until: Situation.ago(.minutes(30)), knownKeyIds: choose(["A"], ["A", "B"], ["B"], []),
      compromised: choose([], [], ["A"], ["B"]))
    return choose(
      .free, .free, .mine(since: Situation.now, left: nil),
      .mine(since: Situation.ago(choose(.zero, .minutes(1))), left: left), .abandoned(left),
      choose(.free, .held(left.holder, until: Situation.now + .minutes(10))))
  }

  private static func anyParameters(_ choose: inout Choices, _ world: inout World) {
    let id: AccessKeyID = choose("A", "A", "B", "C", "NOBODYS")
    let content: CredentialsContent = choose(
      .works(id), .works(id), .refused(id), .damaged("not JSON"), .absent)
    world.credentials = choose(.known(content), .known(content), .unknown("timed out"))
    world.seen.observation.credentialsVersion = content == .absent ? nil : choose(7, 7, 8, 9)
    let ids: [(Int, AccessKeyID)] = choose(
      [(7, "A")], [(6, "C"), (7, "A"), (8, "B"), (9, "A")], [(8, "B")], [])
    var history = ids.history(choose(.days(1), .minutes(1), .seconds(1)))
    for index in history.indices where choose(true, false, false, false, false, false) {
      history[index].content = choose(.nothing, .undecryptable("its KMS key is gone"))
    }
    world.publications = choose(.known(history), .known(history), .unknown("timed out"))
    world.seen.observation.pairKeyId = choose(nil, "A", "B", "NOBODYS")
    world.pairWorks = choose(.known(true), .known(false), .unknown("timed out"))
    if choose(true, false, false, false) {
      (world.sealedId, world.seen.observation.pairKeyId) = (world.seen.observation.pairKeyId, nil)
      world.seen.observation.pairIsSealed = true
    }
    anyCopies(&choose, &world)
    world.seen.observation.auditLogCut = choose(false, false, false, true)
  }
}

extension Known<[Publication]> {
  /// The list alone: nothing of it is decrypted.
  fileprivate var listed: Known<[Publication]> {
    guard case .known(let versions) = self else { return self }
    return .known(
      versions.map { Publication(version: $0.version, content: .unread, at: $0.at) })
  }
}

extension World {
  private static func anyCopies(_ choose: inout Choices, _ world: inout World) {
    world.seen.observation.hasCopies = choose(true, true, false)
    world.seen.observation.shownKeys = choose([], [], ["A"], ["B", "C"])
    guard world.seen.observation.hasCopies else { return }
    world.seen.observation.drift = choose([], [], [], ["AWS_ACCESS_KEY_ID"])
    world.seen.observation.refusedCopies = choose(
      [], Set(world.seen.observation.drift))
    guard choose(true, false, false, false, false, false) else { return }
    let part: Misfit.Part = choose(.credentials, .session, .pair, .projection)
    world.seen.observation.misfits = [Misfit(part, name: "/deploy/x", type: "String")]
    if part == .pair { world.seen.observation.unwritableCopies = ["AWS_ACCESS_KEY_ID"] }
  }
}

extension [(Int, AccessKeyID)] {
  /// One version each day, or minute, or second.
  fileprivate func history(_ step: Duration) -> [Publication] {
    map { Publication(version: $0.0, id: $0.1, at: Situation.ago(step * (20 - $0.0))) }
  }
}
