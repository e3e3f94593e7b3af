import RotationPlanner
import Testing

@Suite("IAM allows two keys a user: is there room for a new one?")
struct RoomTests {
  private let second = Duration.seconds(1)

  // MARK: Nothing is known

  @Test func twoKeysAndNoRecordBlock() throws {
    let plan = try Situation(key("A"), key("B")).used("A", .hours(1)).used("B", .days(9)).plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.codes == ["two-keys-no-record"])
    #expect(plan.worst == .act)
    #expect(
      plan.findings[0].remedy == "find out who uses which key, and delete the one that nobody needs"
    )
    #expect(plan.keys.map(\.role) == [.foreign, .foreign])
    #expect(plan.next == nil)
  }

  @Test func theRemedyNamesTheInactiveKeyThatMakeRoomWouldGiveUp() throws {
    let plan = try Situation(key("A"), key("B", .inactive)).plan()
    let remedy = try #require(plan.finding("two-keys-no-record")?.remedy)
    #expect(
      remedy == "`--make-room` would retire B (it is Inactive): Inactive at once, deleted after "
        + "the soak of 7 days")
  }

  @Test func theRemedyNamesTheKeyThatWasNeverUsed() throws {
    let plan = try Situation(key("A"), key("B")).used("A", .days(300)).used("B", nil).plan()
    #expect(plan.findings[0].remedy?.contains("B (it was never used)") == true)
  }

  @Test func bothLastUsesAreAskedFirst() {
    #expect(Situation(key("A"), key("B")).wants == [.lastUsed("A"), .lastUsed("B")])
  }

  @Test func aKeyThatWasCreatedJustNowMayBeUsedAnyMoment() throws {
    let plan = try Situation(key("A"), key("B", age: .hours(24))).used("A", .hours(1))
      .used("B", nil).plan()
    #expect(plan.findings[0].remedy?.contains("--make-room") == false)
  }

  @Test func anUnknownLastUseIsNoProofOfAnything() throws {
    let plan = try Situation(key("A"), key("B")).used("A", .hours(1)).makingRoom.with {
      $0.observation.lastUsed["B"] = .unknown("access denied")
    }.plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.codes == ["evidence-missing", "nothing-to-give-up"])
    #expect(plan.worst == .failed)
  }

  @Test func threeKeysAndMoreBlockToo() throws {
    let plan = try Situation(key("A"), key("B"), key("C")).used("A", .hours(1))
      .used("B", .hours(1)).used("C", .hours(1)).plan()
    #expect(plan.doing.isEmpty)
    #expect(
      plan.findings.map(\.message) == [
        "no key is published yet, and there is no room for one: "
          + "rotate knows nothing about A and B and C"
      ])
  }

  // MARK: A foreign key

  @Test(arguments: [Duration.days(1), .days(300)])
  func aForeignKeyIsReportedLongBeforeItMatters(_ age: Duration) throws {
    let plan = try Situation(key("P"), key("F", age: age)).publishing("P").plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.codes == ["foreign-key"])
    #expect(plan.worst == .notice)
    #expect(plan.row("F")?.role == .foreign)
    #expect(!plan.summary.contains("--now"))  // which would have no room
  }

  @Test(arguments: [Duration.days(1), .days(300)])
  func aForeignKeyBlocksARotationThatIsDue(_ age: Duration) throws {
    let plan = try Situation(key("P", age: .days(95)), key("F", age: age)).publishing("P")
      .used("F", .hours(1)).plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.codes == ["foreign-key-takes-slot"])
    #expect(plan.worst == .act)
    #expect(
      plan.findings[0].message
        == "a rotation is wanted (the published key is 95 days old, the policy says 90 days), "
        + "but F, which isn't this program's, takes the place")
    #expect(plan.row("P")?.next == Upcoming(.rotate, at: nil))
    #expect(plan.next == nil)
  }

  @Test func aForeignKeyOfUnknownStatusIsNeverTouched() throws {
    let plan = try Situation(key("P", age: .days(95)), key("F", .other("Frozen")))
      .publishing("P").makingRoom.plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.codes == ["nothing-to-give-up"])
  }

  // MARK: A retiring key

  @Test func aKeyInItsGraceMakesARotationWaitWithADate() throws {
    let plan = try Situation(key("R", age: .days(200)), key("P", age: .days(95)))
      .publishing("P").retiring("R", superseded: .hours(1)).plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.codes == ["no-room"])
    #expect(plan.worst == .notice)
    // Grace and soak, and a second for each.
    let until = Situation.now + .hours(23) + .days(7) + second + second
    #expect(plan.row("P")?.next == Upcoming(.rotate, at: until))
    #expect(
      plan.findings[0].message
        == "a rotation is wanted (the published key is 95 days old, the policy says 90 days), "
        + "but IAM allows two keys, and R is still retiring; there is room on "
        + "\(until.inWords) at the earliest")
    #expect(plan.next?.action == .deactivate)
  }

  @Test func aKeyInItsSoakMakesARotationWaitUntilItIsDeleted() throws {
    let plan = try Situation(key("R", .inactive, age: .days(200)), key("P", age: .days(95)))
      .publishing("P").retiring("R", inactive: .days(5)).plan()
    #expect(plan.row("P")?.next == Upcoming(.rotate, at: Situation.now + .days(2) + second))
    #expect(plan.next == Upcoming(.delete, at: Situation.now + .days(2) + second))
  }

  /// A first publication was refused, and so was the removal of the key that it had made.
  @Test(arguments: [false, true])
  func anOrphanThatCouldNotBeRemovedIsNoReasonToGiveUpAnotherKey(_ isPublished: Bool) throws {
    var standing = Situation(key("P", age: .days(95)), key("N", age: .minutes(1))).used("P", nil)
    if isPublished { standing = standing.publishing("P") }
    standing.observation.unremoved = ["N"]
    for situation in [standing, standing.makingRoom] {
      let plan = try situation.plan()
      #expect(plan.doing.isEmpty)
      #expect(plan.codes == ["orphan-takes-slot"])
      #expect(plan.row("N")?.role == .orphan)
      let remedy = try #require(plan.finding("orphan-takes-slot")?.remedy)
      #expect(remedy.contains("iam:DeleteAccessKey") && remedy.contains("--access-key-id N"))
      #expect(!remedy.contains("make-room") && !remedy.contains("--access-key-id P"))
    }
  }

  @Test func aKeyInUseMakesARotationWaitUntilItIsQuiet() throws {
    let plan = try Situation(key("R", age: .days(99)), key("P", age: .days(95)))
      .publishing("P").retiring("R").used("R", .hours(1), by: "s3").plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.codes == ["still-in-use", "no-room"])
    let quiet: Duration = .hours(23) + .minutes(15) + second
    #expect(plan.row("P")?.next?.at == (Situation.now + quiet).over(.days(7)))
  }

  @Test func aWaitWhoseEndNobodyKnowsHasNoDate() throws {
    let plan = try Situation(key("R", age: .days(99)), key("P", age: .days(95)))
      .publishing("P").retiring("R")
      .with { $0.observation.lastUsed["R"] = .unknown("access denied") }.plan()
    #expect(plan.row("P")?.next == Upcoming(.rotate, at: nil))
    #expect(plan.finding("no-room")?.message.contains("at the earliest") == false)
  }

  @Test func withThreeKeysTwoHaveToGo() throws {
    let plan = try Situation(
      key("Q", .inactive, age: .days(99)), key("R", .inactive, age: .days(98)),
      key("P", age: .days(95))
    ).publishing("P").retiring("Q", inactive: .days(6)).retiring("R", inactive: .days(5)).plan()
    #expect(plan.row("P")?.next?.at == Situation.now + .days(2) + second)
    #expect(plan.findings[0].message.contains("Q and R are still retiring"))
  }

  @Test func withoutAWorkingCredentialWaitingNeedsSomebody() throws {
    let plan = try Situation(key("Q", age: .days(99)), key("R", age: .days(98)))
      .publishing("P").retiring("Q", superseded: .hours(1)).retiring("R", superseded: .hours(1))
      .credentials(.refused("P"), version: 7).plan()
    #expect(plan.doing.isEmpty)
    let finding = try #require(plan.finding("no-room"))
    #expect(finding.severity == .act)
    #expect(finding.remedy?.contains("delete it: the next run then rotates") == true)
  }

  @Test func aKeyThatWasGivenUpForAFirstPublicationJustTakesItsTime() throws {
    let plan = try Situation(key("A"), key("B", .inactive)).retiring("B", inactive: .days(1))
      .plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.codes == ["no-room"])
    #expect(plan.worst == .notice)
  }

  // MARK: --now

  @Test(
    arguments: [
      (
        Situation(key("R", age: .days(99)), key("P")).publishing("P")
          .retiring("R", superseded: .hours(1)), []
      ),
      (
        Situation(key("R", age: .days(99)), key("P")).publishing("P").retiring("R").used("R", nil),
        [.deactivate("R")]
      ),
      (
        Situation(key("R", age: .days(99)), key("P")).publishing("P").retiring("R").used("R", nil)
          .with { $0.state.pause = Pause(since: Situation.ago(.days(1)), reason: "a freeze") },
        [.deactivate("R")]
      ),
      (
        Situation(key("R", .inactive), key("P")).publishing("P").retiring("R", inactive: .days(8))
          .with { $0.state.pause = Pause(since: Situation.ago(.days(1)), reason: "a freeze") },
        [.delete("R")]
      ),
      (
        Situation(key("F"), key("P")).publishing("P").used("F", .hours(1))
          .with { $0.observation.drift = ["AWS_ACCESS_KEY_ID"] }, [.repair(["AWS_ACCESS_KEY_ID"])]
      ),
      (Situation(key("F"), key("P")).publishing("P").used("F", .hours(1)).makingRoom, []),
      (Situation(key("A"), key("B")).used("A", .hours(1)).used("B", .hours(1)), []),
    ] as [(Situation, [Step])])
  func nowWithoutRoomDoesWhateverElseIsDueAndNeedsSomebody(_ situation: Situation, due: [Step])
    throws
  {
    let plan = try situation.now.plan()
    #expect(plan.doing == due)
    #expect(!plan.isStopped)
    #expect(plan.worst == .act)
  }

  @Test func nowRotatesInTheSameRunThatMakesRoom() throws {
    let plan = try Situation(key("R", .inactive, age: .days(99)), key("P")).publishing("P")
      .retiring("R", inactive: .days(8)).now.plan()
    #expect(plan.doing == [.delete("R"), .rotate(.asked, superseding: ["P"])])
    #expect(plan.findings.isEmpty)
  }

  @Test func nowWithoutRoomSaysWhenThereIsSomeAndThatNobodyRemembersIt() throws {
    let plan = try Situation(key("R", .inactive, age: .days(99)), key("P")).publishing("P")
      .retiring("R", inactive: .days(5)).now.plan()
    #expect(
      plan.summary == "a rotation is wanted (asked for with --now), but IAM allows two keys, and "
        + "R is still retiring; there is room on 2027-01-17 08:00Z at the earliest")
    let due = Situation.now + .days(80) + second
    #expect(
      plan.finding("no-room")?.remedy
        == "run `rotate --user deployer --now` again after 2027-01-17 08:00Z: --now isn't "
        + "remembered. Without it, the rotation comes when it is due, \(due.inWords)")
  }

  @Test func whatIsDueAnywayComesByItself() throws {
    let waiting = Situation(key("R", .inactive, age: .days(99)), key("P", age: .days(95)))
      .publishing("P").retiring("R", inactive: .days(5))
    for plan in [try waiting.plan(), try waiting.now.plan()] {
      #expect(plan.finding("no-room")?.remedy == "nothing: the first run that finds room rotates")
    }
  }

  // MARK: --make-room

  @Test func makeRoomGivesUpTheInactiveKey() throws {
    let plan = try Situation(key("A"), key("B", .inactive)).makingRoom.plan()
    #expect(plan.doing == [.makeRoom("B")])
    #expect(plan.steps[0].reason == "asked for with --make-room, and it is Inactive")
    #expect(plan.row("B")?.role == .retiring)
    #expect(plan.row("B")?.next == Upcoming(.delete, at: Situation.now + .days(7) + second))
  }

  @Test func makeRoomGivesUpAKeyThatWasNeverUsed() throws {
    let situation = Situation(key("F"), key("P", age: .days(95))).publishing("P").used("F", nil)
    #expect(try situation.plan().doing.isEmpty)
    let plan = try situation.makingRoom.plan()
    #expect(plan.doing == [.makeRoom("F")])
    #expect(plan.findings.isEmpty)
    #expect(try situation.makingRoom.now.plan().doing == [.makeRoom("F")])
  }

  @Test func makeRoomWorksBeforeARotationIsDue() throws {
    let plan = try Situation(key("F", .inactive), key("P")).publishing("P").makingRoom.plan()
    #expect(plan.doing == [.makeRoom("F")])
  }

  @Test func makeRoomGivesUpOneKeyNotTwo() throws {
    let plan = try Situation(key("E", .inactive), key("F", .inactive), key("P")).publishing("P")
      .makingRoom.plan()
    #expect(plan.doing == [.makeRoom("E")])
  }

  @Test(arguments: [Duration.days(10), .days(95)])
  func makeRoomNeverGivesUpAKeyThatWasUsed(_ age: Duration) throws {
    let plan = try Situation(key("F", age: .days(400)), key("P", age: age)).publishing("P")
      .used("F", .days(300), by: "s3").makingRoom.plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.codes == ["nothing-to-give-up"])
    #expect(plan.worst == .act)
  }

  @Test func makeRoomWithNothingInTheWayDoesNothing() throws {
    let plan = try Situation(key("P")).publishing("P").makingRoom.plan()
    #expect(plan.doing.isEmpty && plan.findings.isEmpty)
  }

  // MARK: Overdue

  @Test func aKeyBeyondItsGreatestAgeNeedsSomebodyToAct() throws {
    let plan = try Situation(key("R", age: .days(200)), key("P", age: .days(101)))
      .publishing("P").retiring("R", superseded: .hours(1)).plan()
    #expect(plan.codes == ["overdue", "no-room"])
    #expect(
      plan.findings[0].message == "the published key P is 101 days old; the policy allows 100 days")
  }

  @Test func aKeyThatIsRotatedNowIsNotOverdue() throws {
    #expect(
      try Situation(key("P", age: .days(101))).publishing("P").plan().findings.isEmpty)
  }

  @Test func anOverdueKeyIsSaidWhateverStopsItsRotation() throws {
    let plan = try Situation(key("P", .inactive, age: .days(101))).publishing("P").plan()
    #expect(plan.codes == ["overdue", "published-key-inactive"])
  }
}
