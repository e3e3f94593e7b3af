import RotationPlanner
import Testing

import struct FoundationEssentials.Date

@Suite("Pause, resume and rollback")
struct OrderTests {
  private static let pause = Pause(
    since: Situation.ago(.hours(2)), reason: "a freeze", by: "arn:aws:iam::111122223333:user/ops")

  private func paused(_ situation: Situation, _ pause: Pause = Self.pause) -> Situation {
    situation.with { $0.state.pause = pause }
  }

  private let due = Situation(key("A", age: .days(95))).publishing("A")

  // MARK: Pause

  @Test func aPauseHoldsBackWhatIsDueAndSaysWhoAndWhy() throws {
    let plan = try paused(due).plan()
    #expect(plan.doing.isEmpty && !plan.isStopped)
    let finding = try #require(plan.finding("paused"))
    #expect(finding.severity == .act)
    for word in ["2027-01-15 06:00Z", "user/ops", "a freeze", "95 days"] {
      #expect(finding.message.contains(word), "\(word)")
    }
    #expect(finding.remedy?.contains("rotate resume --user deployer") == true)
    #expect(plan.pause == Self.pause)
  }

  /// A run takes over from a dead one with the first half of a rollback: what the soak says is over
  /// is the very key that is to come back.
  @Test func aKeyThatARollbackIsToBringBackIsNotTakenAway() throws {
    var wanted = Self.pause
    wanted.rollbackTo = "B"
    let soaked = Situation(key("A"), key("B", .inactive, age: .days(95))).publishing("A")
      .retiring("B", inactive: .days(30)).credentials(.works("A"), version: 7)
    #expect(try paused(soaked).plan().doing == [.delete("B")])
    #expect(try paused(soaked, wanted).plan().doing.isEmpty)
    // But one that nobody can wait for comes first.
    let lost = soaked.credentials(.damaged("rubbish"), version: 8).history("B", from: 7)
    #expect(try paused(lost, wanted).plan().doing.contains(.delete("B")))
  }

  /// A rollback makes its key Active; if its run dies, and somebody contains the key, the record's time
  /// is that of the soak before.
  @Test func aDeadRollbackMayHaveEndedTheSoakOfItsKey() throws {
    var wanted = Self.pause
    wanted.rollbackTo = "B"
    let soaked = Situation(key("A"), key("B", .inactive, age: .days(95))).publishing("A")
      .retiring("B", inactive: .days(6)).credentials(.works("A"), version: 7)
      .interrupted(known: "A", "B")
    #expect(try paused(soaked, wanted).plan().doing == [.note("B", .inactive)])
    #expect(try paused(soaked).plan().doing == [.recordState])
  }

  @Test func aPauseHoldsBackAFirstPublicationAndNow() throws {
    let first = try paused(Situation(key("A"))).plan()
    #expect(first.doing.isEmpty && first.finding("paused")?.severity == .act)
    let now = try paused(Situation(key("A")).publishing("A").now).plan()
    #expect(now.doing.isEmpty && now.finding("paused")?.severity == .act)
  }

  @Test func whereNothingIsDueAPauseIsANotice() throws {
    let plan = try paused(Situation(key("A")).publishing("A")).plan()
    #expect(plan.codes == ["paused"] && plan.worst == .notice)
    #expect(plan.row("A")?.next == Upcoming(.rotate, at: nil))
  }

  @Test func retirementGoesOn() throws {
    let plan = try paused(
      Situation(key("A"), key("B")).publishing("A").retiring("B").used("B", nil)
    ).plan()
    #expect(plan.doing == [.deactivate("B")])
  }

  @Test func repairGoesOn() throws {
    let plan = try paused(due.with { $0.observation.drift = ["/deploy/deployer/id"] }).plan()
    #expect(plan.doing == [.repair(["/deploy/deployer/id"])])
  }

  @Test func recoveryGoesOn() throws {
    let plan = try paused(
      Situation(key("A", age: .days(95)), key("B", age: .minutes(50))).publishing("A")
        .interrupted(known: "A").credentials(.works("A"), version: 7).used("B", nil)
    ).plan()
    #expect(plan.doing == [.deleteOrphan("B")])
  }

  @Test func whatPromiseOneDemandsIsDoneAllTheSame() throws {
    let gone = try paused(Situation().publishing("A").credentials(.refused("A"), version: 7)).plan()
    #expect(gone.doing == [.rotate(.publishedKeyGone, superseding: [])])
    let expired = try paused(Situation(key("A", .expired)).publishing("A")).plan()
    #expect(expired.doing == [.rotate(.publishedKeyExpired, superseding: ["A"])])
    let lost = try paused(
      Situation(key("A")).publishing("A").credentials(.absent, version: nil).history()
    ).plan()
    #expect(lost.doing == [.rotate(.credentialsLost, superseding: ["A"])])
  }

  @Test func overdueWhilePausedStillNeedsSomebodyAndNamesThePause() throws {
    let plan = try paused(Situation(key("A", age: .days(101))).publishing("A")).plan()
    let finding = try #require(plan.finding("overdue"))
    #expect(finding.severity == .act && finding.remedy?.contains("rotate resume") == true)
  }

  @Test func aPauseEndsByItself() throws {
    var over = Self.pause
    over.until = Situation.now
    let plan = try paused(due, over).plan()
    #expect(plan.doing == [.rotate(.due, superseding: ["A"])] && plan.pause == nil)
    over.until = Situation.now + .seconds(1)
    #expect(try paused(due, over).plan().doing.isEmpty)
    #expect(try paused(due, over).plan().row("A")?.next == Upcoming(.rotate, at: over.until))
  }

  private func ordering(_ order: Order, _ situation: Situation) -> Situation {
    situation.with { $0.request.order = order }
  }

  private let pausing = Order.pause(reason: "a freeze", until: nil, rollbackTo: nil)

  @Test func pausingDoesNothingElseAndNeedsToSeeNothing() throws {
    // Due for deactivation, and with `credentials` that nobody has looked at.
    let busy = Situation(key("A"), key("B")).publishing("A").retiring("B")
      .with { $0.observation.credentialsVersion = 9 }
    let plan = try ordering(pausing, busy).plan()
    #expect(plan.doing == [.pause(Pause(since: Situation.now, reason: "a freeze"))])
    #expect(plan.worst == .notice)
  }

  @Test func aUserWithoutARecordCanBePaused() throws {
    let plan = try ordering(pausing, Situation(key("A"))).plan()
    #expect(plan.doing == [.pause(Pause(since: Situation.now, reason: "a freeze"))])
  }

  @Test func whoPausesAfterACrashFinishesTheDeadRunsWorkFirst() throws {
    let plan = try ordering(
      pausing,
      Situation(key("A", age: .days(95)), key("B", age: .minutes(50))).publishing("A")
        .interrupted(known: "A").credentials(.works("A"), version: 7).used("B", nil)
    ).plan()
    #expect(plan.doing.contains(.deleteOrphan("B")))
    #expect(!plan.doing.contains { if case .rotate = $0 { true } else { false } })
  }

  @Test func aPauseThatWouldBeOverIsRefused() throws {
    let plan = try ordering(
      .pause(reason: "late", until: Situation.ago(.seconds(1)), rollbackTo: nil), due
    ).plan()
    #expect(plan.isStopped && plan.codes.contains("pause-is-over") && plan.worst == .act)
  }

  @Test func resumingMakesNoKeyItself() throws {
    let plan = try ordering(.resume, paused(due)).plan()
    #expect(plan.doing == [.resume] && plan.pause == nil && plan.findings.isEmpty)
    let idle = try ordering(.resume, due).plan()
    #expect(idle.doing.isEmpty && idle.summary.contains("not paused"))
  }

  @Test(arguments: ["", "   ", "two\nlines", "\u{1B}[31mred", "\u{202E}backwards", "a\u{2028}b"])
  func aReasonThatCouldSteerATerminalIsRefused(reason: String) {
    #expect(Pause.problem(withReason: reason) != nil)
    #expect(Pause.problem(withReason: Pause.harmless(reason) + "x") == nil)
  }

  @Test func aReasonHasALimit() {
    #expect(Pause.problem(withReason: String(repeating: "ä", count: 128)) == nil)
    #expect(Pause.problem(withReason: String(repeating: "ä", count: 129)) != nil)
    #expect(Pause.harmless(String(repeating: "ä", count: 500)).utf8.count == 256)
    #expect(Pause.problem(withReason: "Grüße: INC-42 – siehe Ticket 🙂") == nil)
  }

  // MARK: Rollback

  private func rollingBack(_ situation: Situation) -> Situation {
    ordering(.rollBack, situation)
  }

  private let rotated = Situation(key("A", age: .days(95)), key("B", age: .days(1)))
    .publishing("B").history("A", "B")

  @Test func theNewestSupersededKeyIsPublishedAgain() throws {
    for inactive in [nil, Duration.hours(3)] {
      let plan = try rollingBack(rotated.retiring("A", inactive: inactive)).plan()
      #expect(plan.doing == [.rollBack("A", version: 1, superseding: "B")])
      #expect(plan.row("B")?.role == .published && plan.row("A")?.role == .retiring)
      let words = try #require(plan.finding("running-builds")).message
      #expect(words.contains("at least 24 h") && words.contains("rotate resume"))
    }
  }

  @Test func theHistoryIsReadFirst() {
    let situation = rollingBack(rotated.retiring("A"))
    let blind = situation.with { $0.observation.publications = nil }
    #expect(blind.wants == [.publications])
    let unreadable = situation.with { $0.observation.publications = .unknown("denied") }
    #expect((try? unreadable.plan())?.worst == .failed)
    #expect((try? unreadable.plan())?.isStopped == true)
  }

  @Test func aKeyFromBeforeAdoptionIsOnlyMadeActive() throws {
    let plan = try rollingBack(rotated.retiring("A", inactive: .hours(3)).history("B")).plan()
    #expect(plan.doing == [.reactivate("A")])
    #expect(plan.finding("secret-unknown")?.severity == .act)
  }

  @Test func withoutASupersededKeyNothingIsChangedAndWhatThereIsIsSaid() throws {
    let plan = try rollingBack(rotated).plan()
    let finding = try #require(plan.finding("nothing-to-roll-back-to"))
    #expect(plan.doing.isEmpty && finding.severity == .act)
    #expect(finding.message.contains("published key B") && finding.message.contains("A, which"))
  }

  @Test func aCompromisedKeyIsNeverPublishedAgain() throws {
    let plan = try rollingBack(
      rotated.retiring("A", inactive: .hours(1)).with { $0.state.retiring[0].compromised = true }
    ).plan()
    #expect(plan.doing.isEmpty && plan.finding("roll-back-refused")?.severity == .act)
  }

  @Test func aContainedOrDeletedKeyIsNoObstacle() throws {
    let contained = Situation(key("A", age: .days(95)), key("B", .inactive, age: .days(1)))
      .publishing("B").history("A", "B").retiring("A")
    #expect(
      try rollingBack(contained).plan().doing == [.rollBack("A", version: 1, superseding: "B")])
    let gone = Situation(key("A", age: .days(95))).publishing("B", age: .days(1))
      .credentials(.refused("B"), version: 7).history("A", "B").retiring("A")
    #expect(try rollingBack(gone).plan().doing == [.rollBack("A", version: 1, superseding: nil)])
  }

  @Test func rollingBackTwiceDoesNotPublishTheNewerKeyAgain() throws {
    var pause = Self.pause
    pause.rollbackTo = "A"
    let done = Situation(key("A", age: .days(95)), key("B")).publishing("A").retiring("B")
      .history("A", "B", "A")
    let plan = try rollingBack(paused(done, pause)).plan()
    #expect(plan.doing.isEmpty && plan.codes.contains("rolled-back") && plan.worst == .notice)
  }

  @Test func anUnfinishedRollbackIsSaidByEveryRunUntilSomebodyActs() throws {
    var pause = Self.pause
    pause.rollbackTo = "A"
    let plan = try paused(rotated.retiring("A", superseded: .hours(1)), pause).plan()
    let finding = try #require(plan.finding("rollback-unfinished"))
    #expect(finding.severity == .act && finding.remedy?.contains("rotate rollback") == true)
    #expect(plan.doing.isEmpty)
  }

  @Test func anotherPauseForgetsNoRollback() throws {
    var pause = Self.pause
    pause.rollbackTo = "A"
    let plan = try ordering(
      .pause(reason: "still broken", until: nil, rollbackTo: nil), paused(rotated, pause)
    ).plan()
    #expect(plan.pause?.rollbackTo == "A" && plan.pause?.reason == "still broken")
  }

  @Test func aLeaseThatSomebodyHoldsIsToldAsSomethingToActOn() throws {
    let held = rotated.retiring("A").with {
      $0.observation.lease = .held(
        LeaseHolder(runId: "other", host: "b"), until: Situation.now + .minutes(20))
    }
    for order in [.rollBack, pausing, .resume, .replaceCompromised(nil)] as [Order] {
      let plan = try ordering(order, held).plan()
      #expect(plan.isStopped && plan.finding("lease-held")?.severity == .act)
    }
  }
}
