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
      .credentials(.works("P"), version: 9).history("P", "N", "P", from: 7, every: .minutes(1))
      .plan()
    let retires = RetiringKey(id: "N", supersededAt: Situation.ago(.minutes(1)))
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

  // MARK: Versions that can't be decrypted

  private let gone = Publication.Content.undecryptable("InvalidKeyId: the key is pending deletion")

  @Test func versionsAreDecryptedOneByOneFromTheOneThatTheRecordNames() throws {
    let broken = Situation(key("P")).publishing("P").credentials(.damaged("not JSON"), version: 9)
    let listed = broken.versions([.unread, .unread, .unread], from: 7)
    #expect(listed.wants == [.publication(version: 7)])
    let other = broken.versions([.key("O"), .unread, .unread], from: 7)
    #expect(other.wants == [.publication(version: 9)])
    let found = broken.versions([.unread, .unread, .unread], from: 7).with {
      guard case .known(var versions) = $0.observation.publications else { return }
      versions[0].content = .key("P")
      $0.observation.publications = .known(versions)
    }
    #expect(try found.plan().doing == [.restoreCredentials("P", version: 7)])
  }

  @Test func oneThatCannotBeDecryptedIsNoReasonToGiveUpTheOthers() throws {
    let plan = try Situation(key("P")).publishing("P").credentials(.damaged("x"), version: 9)
      .versions([gone, .key("P"), .nothing], from: 7).plan()
    #expect(plan.doing == [.restoreCredentials("P", version: 8)])
  }

  @Test func whereNoSecretIsToBeHadThePublishedOneIsLost() throws {
    for content: CredentialsContent in [.damaged("x"), .absent, .undecryptable("gone")] {
      let broken = Situation(key("P")).publishing("P").credentials(content, version: 9)
        .versions([gone, gone], from: 7)
      for situation in [broken, broken.now] {
        let plan = try situation.plan()
        #expect(plan.doing == [.rotate(.credentialsLost, superseding: ["P"])])
        #expect(plan.steps[0].reason.contains("version 8 can't: InvalidKeyId"))
      }
    }
  }

  @Test func whatOnlyThisCallerCannotDecryptMayWorkForConsumers() throws {
    let unchanged = Situation(key("P")).publishing("P").interrupted(known: "P")
      .credentials(.withheld("kms:Decrypt"), version: 7)
    #expect(try unchanged.plan().doing == [.recordState])
    let changed = try Situation(key("P")).publishing("P")
      .credentials(.withheld("kms:Decrypt"), version: 8).plan()
    #expect(changed.isStopped && changed.doing.isEmpty)
    #expect(changed.codes == ["evidence-missing"])
  }

  @Test func aKeyThatMayHaveBeenPublishedIsNoOrphan() throws {
    // The run died after it had put N, and somebody has damaged `credentials`.
    let dead = Situation(key("P", age: .days(95)), key("N", age: .hours(1))).publishing("P")
      .interrupted(known: "P").credentials(.damaged("x"), version: 9).used("N", nil)
    let plan = try dead.versions([.key("P"), gone, .nothing], from: 7, every: .minutes(1)).plan()
    #expect(plan.doing == [.restoreCredentials("P", version: 7)])
    #expect(plan.row("N")?.role == .foreign)
    #expect(plan.codes.contains("perhaps-published"))
    // What was put before N existed can't hold it.
    let before = try dead.versions([gone, .key("P"), .nothing], from: 7, every: .days(1)).plan()
    #expect(before.doing.first == .restoreCredentials("P", version: 8))
    #expect(before.doing.contains(.deleteOrphan("N")))
  }

  @Test func whenAKeyWasSupersededIsUnknownWhereTheNextVersionIs() throws {
    let lost = Situation(key("R", age: .days(100)), key("P")).credentials(.works("P"))
      .versions([.key("R"), gone, .key("P")])
    let retires = RetiringKey(id: "R", supersededAt: Situation.now)
    #expect(
      try lost.plan().doing == [.adopt(key("P"), from: .credentials, retiring: [retires])])
  }
}
