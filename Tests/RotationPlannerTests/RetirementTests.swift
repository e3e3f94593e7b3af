import RotationPlanner
import Testing

@Suite("The retiring key: Active during its grace, Inactive during its soak, then deleted")
struct RetirementTests {
  private static let second = Duration.seconds(1)

  private func active(superseded: Duration) -> Situation {
    Situation(key("R", age: .days(100)), key("P", age: .days(2))).publishing("P")
      .retiring("R", superseded: superseded)
  }

  private func inactive(_ since: Duration?) -> Situation {
    Situation(key("R", .inactive, age: .days(100)), key("P")).publishing("P")
      .retiring("R", superseded: .days(30), inactive: since)
  }

  // MARK: Grace

  @Test func withinItsGraceNothingHappensAndNothingIsAsked() throws {
    let plan = try active(superseded: .hours(1)).plan()
    #expect(plan.doing.isEmpty && plan.findings.isEmpty)
    #expect(
      plan.row("R")?.next == Upcoming(.deactivate, at: Situation.now + .hours(23) + Self.second))
    #expect(plan.next?.action == .deactivate)
  }

  @Test func theGraceEndsOneSecondAfterItsPeriod() throws {
    let onTheDot = active(superseded: .hours(24)).used("R", .days(30))
    #expect(try onTheDot.plan().doing.isEmpty)
    let over = active(superseded: .hours(24) + Self.second).used("R", .days(30))
    #expect(try over.plan().doing == [.deactivate("R")])
  }

  @Test func itsLastUseIsAskedBeforeItIsDeactivated() {
    #expect(active(superseded: .days(2)).wants == [.lastUsed("R")])
  }

  @Test func aKeyThatWasNeverUsedIsDeactivated() throws {
    let plan = try active(superseded: .days(2)).used("R", nil).plan()
    #expect(plan.doing == [.deactivate("R")])
    #expect(plan.row("R")?.reason == "grace is over and nothing uses it (never used)")
  }

  @Test func anUnknownLastUseKeepsItActive() throws {
    let plan = try active(superseded: .days(2)).with {
      $0.observation.lastUsed["R"] = .unknown("access denied")
    }.plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.codes == ["evidence-missing"])
    #expect(plan.worst == .failed)
    #expect(plan.row("R")?.next == Upcoming(.recheck, at: nil))
  }

  // MARK: The key that signs

  /// IAM's evidence lags: taken away on its word, this host could never come back.
  @Test func theKeyThatSignsIsHeldWhateverTheEvidenceSays() throws {
    let over = active(superseded: .days(30)).used("R", nil).with { $0.observation.ownKey = "R" }
    #expect(try over.plan().doing.isEmpty)
    #expect(try over.plan().finding("own-key")?.severity == .act)
    #expect(try over.plan().row("R")?.reason == "signs this run: kept Active")
    let early = active(superseded: .hours(1)).with { $0.observation.ownKey = "R" }
    #expect(try early.plan().doing.isEmpty)
    #expect(try early.plan().finding("own-key")?.severity == .notice)
    let soaked = inactive(.days(30)).with { $0.observation.ownKey = "R" }
    #expect(try soaked.plan().doing.isEmpty)
    #expect(try soaked.plan().finding("own-key")?.severity == .act)
  }

  @Test func thePublishedKeyThatSignsIsRotatedLikeAnyOther() throws {
    let due = Situation(key("P", age: .days(91))).publishing("P").with {
      $0.observation.ownKey = "P"
    }
    #expect(try due.plan().doing == [.rotate(.due, superseding: ["P"])])
    #expect(try due.plan().findings.isEmpty)
    let next = active(superseded: .days(2)).used("R", .days(2)).with {
      $0.observation.ownKey = "P"
    }
    #expect(try next.plan().doing == [.deactivate("R")])
  }

  // MARK: Quiet

  /// IAM notes a use once in a quarter of an hour, so it may go on unseen for that long.
  private static let unseen = Duration.minutes(15)

  @Test(arguments: [Duration.hours(24), .seconds(1), .zero])
  func theQuietEndsOneSecondAfterItsPeriodAndWhatIAMDoesNotNote(_ quiet: Duration) throws {
    let used = active(superseded: .days(5)).with { $0.policy.quietPeriod = quiet }
    let onTheDot = try used.used("R", quiet + Self.unseen, by: "s3", in: "eu-west-1").plan()
    #expect(onTheDot.doing.isEmpty)
    #expect(onTheDot.row("R")?.next == Upcoming(.deactivate, at: Situation.now + Self.second))
    let over = used.used("R", quiet + Self.unseen + Self.second, by: "s3", in: "eu-west-1")
    #expect(try over.plan().doing == [.deactivate("R")])
  }

  @Test func aKeyInUseIsHeldAndItsServiceRegionAndDateAreSaid() throws {
    let plan = try active(superseded: .days(5)).used("R", .hours(1), by: "s3", in: "eu-west-1")
      .plan()
    #expect(plan.doing.isEmpty)
    let words = "still in use (last used 2027-01-15 07:00Z by s3 in eu-west-1)"
    #expect(plan.row("R")?.reason == words + ": kept Active")
    let finding = try #require(plan.finding("still-in-use"))
    #expect(finding.message == "the superseded key R is " + words)
    #expect(finding.severity == .notice)
  }

  @Test func aKeyInUseBeyondTheGreatestAgeNeedsSomebodyToAct() throws {
    let plan = try Situation(key("R", age: .days(101)), key("P")).publishing("P").retiring("R")
      .used("R", .hours(1), by: "s3").plan()
    #expect(plan.finding("still-in-use")?.severity == .act)
  }

  @Test func thisProgramsOwnProofIsNotTakenForAConsumer() throws {
    let proven = active(superseded: .days(2)).with {
      $0.state.retiring[0].provenAt = Situation.ago(.hours(3))
      $0.policy.quietPeriod = .hours(2)
    }
    // The figure is coarse: up to a minute after the proof it is still the proof.
    for after in [Duration.zero, .seconds(60)] {
      let plan = try proven.used("R", .hours(3) - after, by: "sts").plan()
      #expect(plan.doing == [.deactivate("R")])
    }
  }

  @Test func aUseThatMayHaveFollowedTheProofUnseenKeepsTheKeyActive() throws {
    for quiet in [Duration.hours(2), .zero] {
      let proven = active(superseded: .days(2)).with { $0.policy.quietPeriod = quiet }
      func plan(_ ago: Duration) throws -> Plan {
        try proven.with { $0.state.retiring[0].provenAt = Situation.ago(ago) }
          .used("R", ago, by: "sts").plan()
      }
      let unseen = try plan(quiet + Self.unseen)
      #expect(unseen.doing.isEmpty)
      #expect(unseen.row("R")?.next == Upcoming(.deactivate, at: Situation.now + Self.second))
      #expect(unseen.row("R")?.reason.contains("this program's own proof") == true)
      // Nobody is told that a consumer uses it.
      #expect(unseen.codes.isEmpty)
      #expect(try plan(quiet + Self.unseen + Self.second).doing == [.deactivate("R")])
    }
  }

  @Test(arguments: [
    ("sts", Duration.hours(3) - .seconds(61)), ("s3", .hours(3)), ("s3", .hours(4)),
  ])
  func anyOtherUseIsAConsumers(_ service: String, _ ago: Duration) throws {
    let plan = try active(superseded: .days(2))
      .with { $0.state.retiring[0].provenAt = Situation.ago(.hours(3)) }
      .used("R", ago, by: service).plan()
    #expect(plan.codes == ["still-in-use"])
  }

  @Test func aUseOfSTSIsAConsumersWhereNoProofIsRecorded() throws {
    let plan = try active(superseded: .days(2)).used("R", .hours(3), by: "sts").plan()
    #expect(plan.codes == ["still-in-use"])
  }

  // MARK: Soak

  @Test func theSoakEndsOneSecondAfterItsPeriod() throws {
    let onTheDot = try inactive(.days(7)).plan()
    #expect(onTheDot.doing.isEmpty)
    #expect(onTheDot.row("R")?.next == Upcoming(.delete, at: Situation.now + Self.second))
    #expect(try inactive(.days(7) + Self.second).plan().doing == [.delete("R")])
  }

  @Test func periodsOfZeroStillTakeOneSecond() throws {
    let soaked = inactive(.zero).with { $0.policy.soakPeriod = .zero }
    #expect(try soaked.plan().doing.isEmpty)
    #expect(
      try soaked.with { $0.state.retiring[0].deactivatedAt = Situation.ago(Self.second) }.plan()
        .doing == [.delete("R")])
  }

  @Test func inactiveWithNoTimeRecordedStartsItsSoakNow() throws {
    let plan = try inactive(nil).plan()
    #expect(plan.doing == [.note("R", .inactive)])
    #expect(
      plan.row("R")?.next == Upcoming(.delete, at: Situation.now + .days(7) + Self.second))
  }

  @Test func aSoakThatBeginsInTheFutureNeverEndsEarly() throws {
    #expect(try inactive(.days(-365)).plan().doing.isEmpty)
  }

  @Test func reactivatedDuringItsSoakItsGraceStartsAgain() throws {
    let plan = try active(superseded: .days(30))
      .with { $0.state.retiring[0].deactivatedAt = Situation.ago(.days(20)) }.plan()
    #expect(plan.doing == [.note("R", .reactivated)])
    #expect(plan.steps[0].reason == "somebody made R Active again: its grace starts again")
    #expect(
      plan.row("R")?.next == Upcoming(.deactivate, at: Situation.now + .hours(24) + Self.second))
  }

  @Test func aListThatLagsBehindADeactivationIsNotTakenForAReactivation() throws {
    let plan = try active(superseded: .days(3))
      .with { $0.state.retiring[0].deactivatedAt = Situation.ago(.seconds(30)) }.plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.row("R")?.next?.action == .delete)
  }

  // MARK: Gone, strange, twice

  @Test func aRetiringKeyThatIsGoneIsForgottenOnceListsHaveSettled() throws {
    let gone = Situation(key("P")).publishing("P")
    #expect(try gone.retiring("R").plan().doing == [.note("R", .gone)])
    #expect(try gone.retiring("R", superseded: .seconds(30)).plan().doing.isEmpty)
    #expect(
      try gone.retiring("R", superseded: .seconds(31)).plan().doing == [.note("R", .gone)])
  }

  @Test func anExpiredKeyIsOutOfUseTooAndSoaks() throws {
    let expired = Situation(key("R", .expired), key("P")).publishing("P")
    #expect(try expired.retiring("R").plan().doing == [.note("R", .inactive)])
    #expect(try expired.retiring("R", inactive: .days(6)).plan().doing.isEmpty)
    #expect(try expired.retiring("R", inactive: .days(8)).plan().doing == [.delete("R")])
  }

  @Test func aRetiringKeyOfUnknownStatusIsLeftAlone() throws {
    let plan = try Situation(key("R", .other("Frozen")), key("P")).publishing("P")
      .retiring("R", inactive: .days(30)).plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.codes == ["unknown-status"])
    #expect(plan.worst == .act)
  }

  @Test func aRecordThatNamesThePublishedKeyAsRetiringCannotRetireIt() throws {
    let plan = try Situation(key("P")).publishing("P").retiring("P").used("P", nil).plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.row("P")?.role == .published)
  }

  @Test func aKeyThatTheRecordNamesTwiceIsHandledOnce() throws {
    let plan = try inactive(.days(8)).retiring("R", inactive: .days(9)).plan()
    #expect(plan.doing == [.delete("R")])
  }

  @Test func deletingTheRetiringKeyMakesRoomForARotationInTheSameRun() throws {
    let plan = try Situation(key("R", .inactive, age: .days(200)), key("P", age: .days(91)))
      .publishing("P").retiring("R", inactive: .days(8)).plan()
    #expect(plan.doing == [.delete("R"), .rotate(.due, superseding: ["P"])])
  }
}
