import RotationPlanner
import Testing

@Suite("Which key is published")
struct PublicationTests {
  @Test func noKeyAtAllIsAFirstPublication() throws {
    let plan = try Situation().plan()
    #expect(plan.doing == [.rotate(.firstPublication, superseding: [])])
    #expect(plan.steps[0].reason == "no key is published yet")
    #expect(plan.findings.isEmpty)
  }

  @Test func aFirstPublicationSupersedesTheOneKeyThatStoodThere() throws {
    let plan = try Situation(key("OLD", age: .days(400))).plan()
    #expect(plan.doing == [.rotate(.firstPublication, superseding: ["OLD"])])
    #expect(plan.row("OLD")?.role == .retiring)
    #expect(
      plan.row("OLD")?.next
        == Upcoming(.deactivate, at: Situation.now + .hours(24) + .seconds(1)))
  }

  @Test func anInactiveKeyThatStoodThereGoesStraightToItsSoak() throws {
    let plan = try Situation(key("OLD", .inactive)).plan()
    #expect(plan.doing == [.rotate(.firstPublication, superseding: ["OLD"])])
    #expect(plan.row("OLD")?.next?.action == .delete)
  }

  @Test func aFreshKeyIsLeftAloneAndTheNextDateIsSaid() throws {
    let plan = try Situation(key("P")).publishing("P").plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.findings.isEmpty)
    #expect(!plan.isStopped)
    let due = Situation.now + .days(80) + .seconds(1)
    #expect(plan.next == Upcoming(.rotate, at: due))
    #expect(
      plan.summary
        == "nothing to do; the next rotation is due \(due.inWords); --now rotates anyway")
    #expect(plan.row("P")?.reason == "fresh: 10 days old")
  }

  @Test func aKeyIsDueOneSecondAfterItsPeriodAndNotBefore() throws {
    let just = Situation(key("P", age: .days(90))).publishing("P")
    #expect(try just.plan().doing.isEmpty)
    let over = Situation(key("P", age: .days(90) + .seconds(1))).publishing("P")
    let plan = try over.plan()
    #expect(plan.doing == [.rotate(.due, superseding: ["P"])])
    #expect(plan.steps[0].reason == "the published key is 90 days old, the policy says 90 days")
    #expect(plan.summary == "due: the published key is 90 days old, the policy says 90 days")
  }

  @Test func ageIsCountedByIAMNotByTheRecord() throws {
    let situation = Situation(key("P", age: .days(95))).publishing("P").with {
      $0.state.published?.createdAt = Situation.now + .days(3000)
    }
    #expect(try situation.plan().doing == [.rotate(.due, superseding: ["P"])])
  }

  @Test func nowRotatesAKeyThatIsNotDue() throws {
    let plan = try Situation(key("P")).publishing("P").now.plan()
    #expect(plan.doing == [.rotate(.asked, superseding: ["P"])])
    #expect(plan.row("P")?.reason == "asked for with --now")
  }

  @Test func anExpiredPublishedKeyIsReplacedAtOnce() throws {
    let plan = try Situation(key("P", .expired)).publishing("P").plan()
    #expect(plan.doing == [.rotate(.publishedKeyExpired, superseding: ["P"])])
  }

  // MARK: Gone, contained, strange

  @Test func aPublishedKeyThatIsNotListedIsTriedBeforeItCountsAsGone() {
    #expect(Situation().publishing("P").wants == [.credentials])
  }

  @Test func aPublishedKeyThatIsNeitherListedNorAcceptedIsReplacedAtOnce() throws {
    let plan = try Situation().publishing("P").credentials(.refused("P"), version: 7).plan()
    #expect(plan.doing == [.rotate(.publishedKeyGone, superseding: [])])
  }

  @Test func aPublishedKeyThatWorksIsNotGoneWhateverTheListSays() throws {
    let plan = try Situation().publishing("P").credentials(.works("P"), version: 7).plan()
    #expect(plan.isStopped && plan.doing.isEmpty)
    #expect(plan.codes == ["list-lags"])
    #expect(plan.worst == .failed)
  }

  @Test func aKeyThatIsYoungerThanTheTimeToSettleIsNotGone() throws {
    let plan = try Situation().publishing("P", age: .seconds(20))
      .credentials(.refused("P"), version: 7).plan()
    #expect(plan.isStopped && plan.doing.isEmpty)
    #expect(plan.codes == ["not-usable-yet"])
  }

  @Test func anInactivePublishedKeyIsAContainmentAndNothingElseHappensEither() throws {
    let situation = Situation(
      key("P", .inactive, age: .days(95)), key("R", .inactive, age: .days(200))
    )
    .publishing("P").retiring("R", inactive: .days(30))
    for situation in [situation, situation.now, situation.makingRoom] {
      let plan = try situation.plan()
      #expect(plan.isStopped && plan.doing.isEmpty)
      #expect(plan.codes == ["published-key-inactive"])
      #expect(plan.worst == .act)
      #expect(plan.row("P")?.role == .published)
      #expect(plan.row("R")?.role == .retiring)
      #expect(plan.next == nil)
    }
  }

  @Test func aStatusThatNobodyKnowsStopsEverything() throws {
    let plan = try Situation(key("P", .other("Frozen"), age: .days(95))).publishing("P").plan()
    #expect(plan.isStopped && plan.doing.isEmpty)
    #expect(plan.codes == ["unknown-status"])
    #expect(plan.findings[0].message.contains("Frozen"))
  }

  // MARK: The pair

  private func pairHolds(_ id: AccessKeyID, works: Known<Bool>?, _ keys: AccessKey...)
    -> Situation
  {
    Situation().with {
      $0.observation.keys = keys
      $0.observation.pairKeyId = id
      $0.observation.pairWorks = works
    }
  }

  @Test func aPairThatHoldsAnExistingKeyIsTriedFirst() {
    #expect(pairHolds("OLD", works: nil, key("OLD")).wants == [.pair])
  }

  @Test func aPairThatWorksIsTakenOver() throws {
    let plan = try pairHolds("OLD", works: .known(true), key("OLD")).plan()
    #expect(plan.doing == [.adopt(key("OLD"), from: .pair, retiring: [])])
    #expect(plan.row("OLD")?.role == .published)
  }

  @Test func aPairThatWorksDecidesBetweenTwoUnknownKeys() throws {
    let plan = try pairHolds("OLD", works: .known(true), key("OLD"), key("OTHER")).plan()
    #expect(plan.doing == [.adopt(key("OLD"), from: .pair, retiring: [])])
    #expect(plan.row("OTHER")?.role == .foreign)
  }

  @Test func aPairWhoseSecretIsRefusedIsReplacedByAFirstPublication() throws {
    let plan = try pairHolds("OLD", works: .known(false), key("OLD")).plan()
    #expect(plan.doing == [.rotate(.firstPublication, superseding: ["OLD"])])
  }

  @Test func aPairThatCannotBeTriedStopsEverything() throws {
    let plan = try pairHolds("OLD", works: .unknown("timed out"), key("OLD")).plan()
    #expect(plan.isStopped && plan.doing.isEmpty)
    #expect(plan.codes == ["evidence-missing"])
    #expect(plan.findings[0].message == "the pair could not be looked at: timed out")
    #expect(plan.row("OLD")?.role == .unknown)
  }

  @Test func aPairOfAnInactiveKeyIsAContainment() throws {
    #expect(
      try pairHolds("OLD", works: nil, key("OLD", .inactive)).plan().codes
        == ["published-key-inactive"])
  }

  @Test func aPairOfAKeyThatIsGoneCountsForNothing() throws {
    #expect(
      try pairHolds("GONE", works: nil, key("OLD")).plan().doing
        == [.rotate(.firstPublication, superseding: ["OLD"])])
  }

  // MARK: Projections

  @Test func aPairThatDiffersIsRepaired() throws {
    let plan = try Situation(key("P")).publishing("P")
      .with { $0.observation.drift = ["AWS_ACCESS_KEY_ID"] }.plan()
    #expect(plan.doing == [.repair(["AWS_ACCESS_KEY_ID"])])
    #expect(plan.steps[0].reason == "AWS_ACCESS_KEY_ID doesn't show the published key P")
  }

  @Test func aRotationRepairsByItself() throws {
    let plan = try Situation(key("P", age: .days(95))).publishing("P")
      .with { $0.observation.drift = ["AWS_ACCESS_KEY_ID"] }.plan()
    #expect(plan.doing == [.rotate(.due, superseding: ["P"])])
  }
}
