import RotationPlanner
import Testing

@Suite("What a run that died has left")
struct RecoveryTests {
  /// A rotation of P that died after it had created N.
  private let dead = Situation(key("P", age: .days(95)), key("N", age: .hours(1)))
    .publishing("P").interrupted(known: "P").credentials(.works("P"), version: 7)
    .used("N", nil)

  // MARK: Orphans

  @Test func anOrphanIsRemovedAndTheRotationStartsAgain() throws {
    let plan = try dead.plan()
    #expect(plan.doing == [.deleteOrphan("N"), .rotate(.due, superseding: ["P"])])
    #expect(plan.row("N")?.role == .orphan)
    #expect(
      plan.steps[0].reason
        == "run dead-run created it and ended before it was published; nobody has its secret")
  }

  @Test func theProofOfANewKeyIsNoUseByAConsumer() throws {
    #expect(try dead.used("N", .hours(1), by: "sts").plan().doing.first == .deleteOrphan("N"))
  }

  @Test func anInactiveOrphanIsRemovedToo() throws {
    let plan = try dead.with { $0.observation.keys[1].status = .inactive }.plan()
    #expect(plan.doing.first == .deleteOrphan("N"))
  }

  @Test func aKeyThatAnotherServiceHasSeenIsNobodysOrphan() throws {
    let plan = try dead.used("N", .minutes(5), by: "s3", in: "eu-west-1").plan()
    #expect(plan.doing == [.recordState])
    #expect(plan.row("N")?.role == .foreign)
    #expect(plan.codes == ["foreign-key-takes-slot"])
  }

  @Test func anUnknownLastUseRemovesNothing() throws {
    let plan = try dead.with { $0.observation.lastUsed["N"] = .unknown("access denied") }.plan()
    #expect(plan.isStopped && plan.doing.isEmpty)
    #expect(plan.codes == ["evidence-missing"])
    #expect(plan.row("P")?.role == .published)
    #expect(plan.row("N")?.role == .unknown)
  }

  @Test func theLastUseIsAskedFirst() {
    #expect(dead.with { $0.observation.lastUsed = [:] }.wants == [.lastUsed("N")])
  }

  @Test func anOrphanOfUnknownStatusIsNeverTouched() throws {
    let plan = try dead.with { $0.observation.keys[1].status = .other("Frozen") }.plan()
    #expect(plan.isStopped && plan.doing.isEmpty)
    #expect(plan.codes == ["unknown-status"])
  }

  @Test func aKeyThatWasKnownBeforeIsNoOrphan() throws {
    let plan = try dead.interrupted(known: "P", "N").plan()
    #expect(!plan.doing.contains(.deleteOrphan("N")))
    #expect(plan.row("N")?.role == .foreign)
  }

  /// IAM's times are whole seconds, and its clock isn't Parameter Store's.
  @Test(arguments: [(0, true), (3, true), (4, false)])
  func aKeyOlderThanTheIntentIsNoOrphan(_ secondsBefore: Int, _ isOrphan: Bool) throws {
    let plan = try dead.with {
      $0.observation.keys[1].createdAt = Situation.ago(.hours(1) + .seconds(secondsBefore))
    }.plan()
    #expect(plan.doing.contains(.deleteOrphan("N")) == isOrphan)
  }

  @Test(arguments: [(2, true), (3, false)])
  func aKeyMadeAfterTheDeadRunsTimeIsNoOrphan(_ secondsAfter: Int, _ isOrphan: Bool) throws {
    let plan = try dead.with {
      guard case .mine(let since, .some(var left)) = $0.observation.lease else { return }
      left.tenures[0].until = Situation.ago(.minutes(30))
      $0.observation.lease = .mine(since: since, left: left)
      $0.observation.keys[1].createdAt = Situation.ago(.minutes(30) - .seconds(secondsAfter))
    }.plan()
    #expect(plan.doing.contains(.deleteOrphan("N")) == isOrphan)
  }

  @Test func anInterruptedFirstPublicationStartsAgain() throws {
    let plan = try Situation(key("OLD"), key("N", age: .hours(1))).interrupted(known: "OLD")
      .credentials(.absent, version: nil).used("N", nil).plan()
    #expect(plan.doing == [.deleteOrphan("N"), .rotate(.firstPublication, superseding: ["OLD"])])
  }

  @Test func withoutAnIntentAKeyIsForeignHoweverYoung() throws {
    let plan = try dead.with { $0.observation.lease = .free }.plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.row("N")?.role == .foreign)
  }

  // MARK: Settling

  @Test func listsAreGivenTheTimeToSettle() {
    let settled = Situation.now + .seconds(1)
    let early = dead.with {
      guard case .mine(_, let left) = $0.observation.lease else { return }
      $0.observation.lease = .mine(since: Situation.ago(.seconds(29)), left: left)
    }
    #expect(early.wants == [.settled(at: settled)])
    let enough = early.with {
      guard case .mine(_, let left) = $0.observation.lease else { return }
      $0.observation.lease = .mine(since: Situation.ago(.seconds(30)), left: left)
    }
    #expect(enough.wants == nil)
  }

  @Test func aDryRunShowsTheRecoveryWithoutWaiting() throws {
    let abandoned = dead.with {
      guard case .mine(_, .some(let left)) = $0.observation.lease else { return }
      $0.observation.lease = .abandoned(left)
    }
    #expect(try abandoned.plan().doing == dead.plan().doing)
  }

  // MARK: The commit had happened

  @Test func aLateCommitIsFollowedNotUndone() throws {
    let plan = try dead.credentials(.works("N")).plan()
    let retires = RetiringKey(
      id: "P", supersededAt: Situation.now, provenAt: Situation.ago(.days(95)))
    #expect(
      plan.doing == [.adopt(key("N", age: .hours(1)), from: .credentials, retiring: [retires])])
    #expect(
      plan.steps[0].reason == "run dead-run published N and ended before it could record that")
  }

  @Test func aFirstPublicationThatHadHappenedSupersedesTheKeyThatStoodThere() throws {
    let plan = try Situation(key("OLD", age: .days(300)), key("N", age: .hours(1)))
      .interrupted(known: "OLD").credentials(.works("N"), version: 1).plan()
    let retires = RetiringKey(id: "OLD", supersededAt: Situation.now)
    #expect(
      plan.doing == [.adopt(key("N", age: .hours(1)), from: .credentials, retiring: [retires])])
  }

  @Test func aForeignKeyBesideAnAdoptedOneNeverRetires() throws {
    // The record was lost; the run that would have made it anew died after its intent.
    let lost = Situation(key("F", age: .days(300)), key("P")).interrupted(known: "F", "P")
      .credentials(.works("P"))
    #expect(lost.wants == [.publications])
    let plan = try lost.history("P").plan()
    #expect(plan.doing == [.adopt(key("P"), from: .credentials, retiring: [])])
    #expect(plan.row("F")?.role == .foreign)
  }

  @Test func aKeyThatWasPublishedOnceIsNeverAnOrphan() throws {
    // N was published, the run died, and somebody put the version before it back.
    let back = dead.credentials(.works("P"), version: 9)
    #expect(back.wants == [.publications])
    let plan = try back.history("P", "N", "P", from: 7, every: .minutes(1)).plan()
    let retires = RetiringKey(id: "N", supersededAt: Situation.ago(.minutes(1)))
    #expect(
      plan.doing == [
        .adopt(key("P", age: .days(95)), from: .credentials, retiring: [retires])
      ])
    #expect(plan.row("N")?.role == .retiring)
  }

  /// Whoever deletes `credentials` takes its history along; the interrupted run's own intent says it.
  @Test func aKeyThatAnInterruptedRunFoundPublishedIsNoOrphan() throws {
    let gone = Situation(key("N", age: .hours(1))).used("N", nil).credentials(.absent).history()
    let orphan = try gone.interrupted(ago: .hours(1)).plan()
    #expect(orphan.doing.first == .deleteOrphan("N"))
    let found = try gone.interrupted(ago: .hours(1), found: ["N"]).plan()
    #expect(found.doing == [.rotate(.firstPublication, superseding: ["N"])])
  }

  @Test func aPublishedKeyIsNoOrphanThoughCredentialsAreDamagedSince() throws {
    let plan = try dead.credentials(.damaged("not JSON"), version: 9)
      .history("P", "N", from: 7, every: .minutes(1)).plan()
    #expect(!plan.doing.contains(.deleteOrphan("N")))
    #expect(plan.doing.first == .restoreCredentials("P", version: 7))
  }

  @Test func aHistoryThatCannotBeReadRemovesNothing() throws {
    let plan = try dead.credentials(.works("P"), version: 9).with {
      $0.observation.publications = .unknown("access denied")
    }.plan()
    #expect(plan.isStopped && plan.doing.isEmpty)
  }

  // MARK: Nothing was left

  @Test func anIntentWithNothingBehindItIsClosed() throws {
    let plan = try Situation(key("P")).publishing("P").interrupted(known: "P")
      .credentials(.works("P"), version: 7).plan()
    #expect(plan.doing == [.recordState])
    #expect(
      plan.steps[0].reason == "run dead-run of host host-a ended early and left nothing to undo")
  }

  @Test func anIntentIsNotClosedWhereSomethingStopsThePlan() throws {
    let plan = try Situation(key("P", .inactive)).publishing("P").interrupted(known: "P")
      .credentials(.refused("P"), version: 7).plan()
    #expect(plan.isStopped && plan.doing.isEmpty)
  }
}
