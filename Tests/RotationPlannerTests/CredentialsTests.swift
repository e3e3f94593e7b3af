import RotationPlanner
import Testing

@Suite("`credentials` is the commit point: where it and the record disagree, it decides")
struct CredentialsTests {
  // MARK: Record lost or old

  @Test func aLostRecordIsMadeAnewFromCredentials() throws {
    let lost = Situation(key("P")).credentials(.works("P"))
    #expect(try lost.plan().doing == [.adopt(key("P"), from: .credentials, retiring: [])])
    #expect(lost.with { $0.observation.credentials = nil }.wants == [.credentials])
  }

  @Test func withTheRecordLostTheHistoryTellsARetiringKeyFromAForeignOne() throws {
    let lost = Situation(key("R", age: .days(100)), key("P")).credentials(.works("P"))
    #expect(lost.wants == [.publications])
    let retires = RetiringKey(id: "R", supersededAt: Situation.ago(.days(1)))
    #expect(
      try lost.history("R", "P").plan().doing
        == [.adopt(key("P"), from: .credentials, retiring: [retires])])
    let foreign = try lost.history("P").plan()
    #expect(foreign.doing == [.adopt(key("P"), from: .credentials, retiring: [])])
    #expect(foreign.row("R")?.role == .foreign)
  }

  @Test func aHistoryThatCannotBeReadStopsTheAdoption() throws {
    let plan = try Situation(key("R"), key("P")).credentials(.works("P"))
      .with { $0.observation.publications = .unknown("access denied") }.plan()
    #expect(plan.isStopped && plan.doing.isEmpty)
    #expect(plan.codes == ["evidence-missing"])
  }

  @Test func aRecordThatWasRolledBackFollowsCredentials() throws {
    let plan = try Situation(key("OLD", age: .days(100)), key("P")).publishing("OLD", version: 6)
      .credentials(.works("P"), version: 7).plan()
    let proven = Situation.ago(.days(100))
    #expect(
      plan.doing == [
        .adopt(
          key("P"), from: .credentials,
          retiring: [RetiringKey(id: "OLD", supersededAt: Situation.now, provenAt: proven)])
      ])
    #expect(plan.row("P")?.role == .published)
    #expect(plan.row("OLD")?.role == .retiring)
  }

  @Test func credentialsPutBackToARetiringKeyMakeItThePublishedOneAgain() throws {
    let plan = try Situation(key("R", age: .days(100)), key("P")).publishing("P").retiring("R")
      .credentials(.works("R")).plan()
    let retires = RetiringKey(
      id: "P", supersededAt: Situation.now, provenAt: Situation.ago(.days(10)))
    let adopted = key("R", age: .days(100))
    #expect(plan.doing == [.adopt(adopted, from: .credentials, retiring: [retires])])
    #expect(plan.row("P")?.role == .retiring)
  }

  @Test func credentialsThatNameAKeyOutsideTheListAreNotFollowedYet() throws {
    let plan = try Situation(key("P")).publishing("P").credentials(.works("N")).plan()
    #expect(plan.isStopped && plan.doing.isEmpty)
    #expect(plan.codes == ["list-lags"])
  }

  @Test func aNewVersionWithTheSameKeyIsNoted() throws {
    let plan = try Situation(key("P")).publishing("P").credentials(.works("P")).plan()
    #expect(plan.doing == [.note("P", .rewritten)])
  }

  @Test func aKeyThatStoodInCredentialsInBetweenBeginsToRetire() throws {
    let plan = try Situation(key("P"), key("N", age: .hours(3))).publishing("P")
      .credentials(.works("P"), version: 9).history("P", "N", "P", from: 7).plan()
    let retires = RetiringKey(id: "N", supersededAt: Situation.ago(.days(1)))
    #expect(plan.doing == [.adopt(key("P"), from: .credentials, retiring: [retires])])
  }

  // MARK: Damaged or gone

  @Test(arguments: [
    CredentialsContent.absent, .damaged("not JSON"), .refused("P"), .refused("NOBODYS"),
  ])
  func whatCannotBeUsedIsRestoredFromTheHistory(_ content: CredentialsContent) throws {
    let broken = Situation(key("P")).publishing("P").credentials(content)
    #expect(broken.wants == [.publications])
    let plan = try broken.history("P", "P", from: 6).plan()
    #expect(plan.doing == [.restoreCredentials("P", version: 7)])
    #expect(plan.row("P")?.role == .published)
  }

  @Test func theNewestOtherVersionServesWhereTheRecordedOneIsGone() throws {
    let plan = try Situation(key("P")).publishing("P").credentials(.absent, version: nil)
      .history("P", "P", from: 3).plan()
    #expect(plan.doing == [.restoreCredentials("P", version: 4)])
  }

  @Test func aSecretThatNoVersionHoldsIsReplacedAtOnce() throws {
    let plan = try Situation(key("P")).publishing("P").credentials(.damaged("not JSON"))
      .history("OTHER").with { $0.observation.drift = ["AWS_ACCESS_KEY_ID"] }.plan()
    #expect(plan.doing == [.rotate(.credentialsLost, superseding: ["P"])])
  }

  @Test func aLostSecretWithoutRoomIsNotWrittenIntoThePairEither() throws {
    let plan = try Situation(key("P"), key("F")).publishing("P").credentials(.damaged("not JSON"))
      .history("OTHER").with { $0.observation.drift = ["AWS_ACCESS_KEY_ID"] }
      .used("F", .hours(1)).plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.codes == ["foreign-key-takes-slot"])
  }

  @Test(arguments: [
    Situation(key("P")).publishing("P").with {
      $0.observation.credentialsVersion = 8
      $0.observation.credentials = .unknown("timed out")
    },
    Situation(key("P")).publishing("P").credentials(.absent, version: nil).with {
      $0.observation.publications = .unknown("timed out")
    },
    Situation().publishing("P").with { $0.observation.credentials = .unknown("timed out") },
  ])
  func whatCannotBeReadIsNotTakenForGone(_ situation: Situation) throws {
    for situation in [situation, situation.now] {
      let plan = try situation.plan()
      #expect(plan.isStopped && plan.doing.isEmpty)
      #expect(plan.codes == ["evidence-missing"])
      #expect(plan.worst == .failed)
    }
  }

  @Test func anInactiveKeyInCredentialsIsAContainment() throws {
    let plan = try Situation(key("P"), key("N", .inactive)).publishing("P")
      .credentials(.refused("N")).plan()
    #expect(plan.codes == ["published-key-inactive"])
  }

  @Test func aRetiringKeyInCredentialsIsNotTakenForAContainment() throws {
    let plan = try Situation(key("R", .inactive, age: .days(100)), key("P")).publishing("P")
      .retiring("R", inactive: .days(1)).credentials(.refused("R"))
      .history("R", "P", "R", from: 6).plan()
    #expect(plan.doing == [.restoreCredentials("P", version: 7)])
    #expect(plan.row("R")?.role == .retiring)
  }

  @Test func aNewKeyThatIsRefusedSoFarGetsItsTime() throws {
    let young = Situation(key("P"), key("N", age: .minutes(5))).publishing("P")
      .credentials(.refused("N"))
    #expect(try young.plan().codes == ["not-usable-yet"])
    let unlisted = Situation(key("P")).publishing("P").credentials(.refused("N")).with {
      $0.observation.publications = .known([
        Publication(version: 7, id: "P", at: Situation.ago(.days(10))),
        Publication(version: 8, id: "N", at: Situation.ago(.minutes(5))),
      ])
    }
    #expect(try unlisted.plan().codes == ["not-usable-yet"])
    #expect(try unlisted.plan().isStopped)
  }
}
