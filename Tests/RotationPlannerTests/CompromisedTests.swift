import RotationPlanner
import Testing

@Suite("A key in wrong hands")
struct CompromisedTests {
  private func compromised(_ situation: Situation, _ ids: Set<AccessKeyID>? = nil) -> Situation {
    situation.with { $0.request.order = .replaceCompromised(ids) }
  }

  private let replacement: [Step] = [.rotate(.compromised, superseding: ["A"]), .deactivate("A")]

  @Test func itIsReplacedAtOnceWhateverItsAgeAndWithoutGrace() throws {
    let plan = try compromised(Situation(key("A", age: .minutes(20))).publishing("A")).plan()
    #expect(plan.doing == replacement)
    let words = try #require(plan.finding("running-builds")).message
    #expect(words.contains("fails at its next call"))
  }

  @Test func aPauseDoesNotHoldItBack() throws {
    let plan = try compromised(
      Situation(key("A")).publishing("A").with {
        $0.state.pause = Pause(since: Situation.ago(.days(1)), reason: "a freeze")
      }
    ).plan()
    #expect(plan.doing == replacement)
  }

  @Test func whoContainedItByHandFirstGetsANewOne() throws {
    let plan = try compromised(Situation(key("A", .inactive)).publishing("A")).plan()
    #expect(plan.doing == [.rotate(.compromised, superseding: ["A"])])
    let unordered = try Situation(key("A", .inactive)).publishing("A").plan()
    #expect(unordered.codes == ["published-key-inactive"])
  }

  @Test(arguments: [nil, Duration.days(1)] as [Duration?])
  func withoutRoomTheOrderIsRecordedAndEachWayIsNamed(inactive: Duration?) throws {
    let status: AccessKeyStatus = inactive == nil ? .active : .inactive
    let waiting = Situation(key("A"), key("B", status)).publishing("A")
      .retiring("B", superseded: inactive ?? .hours(1), inactive: inactive)
    let plan = try compromised(waiting).plan()
    #expect(plan.doing == [.recordState] && plan.replacing == ["A"])
    let finding = try #require(plan.finding("no-room-to-replace"))
    #expect(finding.severity == .act)
    let remedy = try #require(finding.remedy)
    #expect(remedy.contains("rotate rollback --user deployer"))
    #expect(remedy.contains("delete-access-key --user-name deployer --access-key-id B"))
    #expect(
      remedy.contains("update-access-key --user-name deployer --access-key-id A --status Inactive"))
    #expect(remedy.contains(inactive == nil ? "builds that still use it fail" : "nothing breaks"))
    // From then on it stands there, whoever runs; and there is nothing to be recorded again.
    let recorded = waiting.with { $0.state.published?.compromised = true }
    for later in [recorded, compromised(recorded)] {
      #expect(try later.plan().doing.isEmpty)
      #expect(try later.plan().finding("no-room-to-replace")?.severity == .act)
    }
  }

  @Test func withoutRoomWhateverElseIsDueIsDone() throws {
    let plan = try compromised(
      Situation(key("A"), key("B")).publishing("A").retiring("B").used("B", nil)
    ).plan()
    #expect(plan.doing == [.deactivate("B"), .recordState])
    #expect(plan.finding("no-room-to-replace") != nil)
  }

  @Test func theSameOrderOnceMoreDoesNotMeanTheSuccessor() throws {
    let replaced = Situation(key("A", .inactive), key("B")).publishing("B")
      .retiring("A", inactive: .days(1)).with { $0.state.retiring[0].compromised = true }
    let plan = try compromised(replaced).plan()
    #expect(plan.doing.isEmpty && plan.replacing.isEmpty)
    let finding = try #require(plan.finding("replaced-already"))
    #expect(finding.severity == .act)
    #expect(
      finding.remedy?.contains("delete-access-key --user-name deployer --access-key-id A") == true)
  }

  /// Also where the sessions have been revoked long since: no order is passed over in silence.
  @Test(arguments: [false, true])
  func theSameOrderWithSessionsSaysWhatWasNotReplaced(isRevoked: Bool) throws {
    let replaced = Situation(key("A", .inactive), key("B")).publishing("B")
      .retiring("A", inactive: .hours(2)).with {
        $0.state.retiring[0].compromised = true
        $0.state.leak = Leak(
          id: "A", containedAt: Situation.ago(.hours(2)),
          revokedBefore: isRevoked ? Situation.ago(.hours(1)) : nil)
        $0.request.revokesSessions = true
      }
    let plan = try compromised(replaced).plan()
    #expect(plan.finding("replaced-already")?.severity == .notice)
    #expect(plan.doing == (isRevoked ? [] : [.revokeSessions("A")]))
  }

  @Test func aKeyWhoseSoakIsOverMakesRoom() throws {
    let plan = try compromised(
      Situation(key("A"), key("B", .inactive)).publishing("A").retiring("B", inactive: .days(8))
    ).plan()
    #expect(plan.doing == [.delete("B")] + replacement)
  }

  @Test func withNothingPublishedThereIsNothingToReplace() throws {
    let plan = try compromised(Situation(key("A"))).plan()
    #expect(plan.isStopped && plan.codes == ["nothing-published"])
    // A pause doesn't hide that.
    let paused = compromised(Situation(key("A"))).with {
      $0.state.pause = Pause(since: Situation.ago(.days(1)), reason: "a freeze")
    }
    #expect(try paused.plan().codes.contains("nothing-published"))
  }

  @Test func aRunThatDiedBeforeTheCommitIsContinuedByAnyRun() throws {
    let left = Situation(key("A"), key("B", age: .minutes(50))).publishing("A").used("B", nil)
      .interrupted(known: "A").credentials(.works("A"), version: 7).with { $0.mark("A") }
    #expect(try left.plan().doing == [.deleteOrphan("B")] + replacement)
  }

  @Test func aRunThatDiedAfterTheCommitIsContinuedByAnyRun() throws {
    let left = Situation(key("A"), key("B", age: .minutes(50))).publishing("A")
      .interrupted(known: "A").credentials(.works("B")).with { $0.mark("A") }
    let plan = try left.plan()
    #expect(plan.doing.count == 2 && plan.doing.last == .deactivate("A"))
    guard case .adopt(_, .credentials, let retiring) = plan.doing[0] else {
      Issue.record("\(plan.doing)")
      return
    }
    #expect(retiring.map(\.compromised) == [true])
    // The same order once more means the same key, not the one that replaced it.
    #expect(try compromised(left).plan().doing == plan.doing)
  }

  @Test func theRecordRemembersWhatFailed() throws {
    let marked = Situation(key("A")).publishing("A").with { $0.state.published?.compromised = true }
    #expect(try marked.plan().doing == replacement)
    let retiring = Situation(key("A"), key("B")).publishing("B").retiring(
      "A", superseded: .minutes(1)
    )
    .with { $0.state.retiring[0].compromised = true }
    #expect(try retiring.plan().doing == [.deactivate("A")])
    // The order that was left unfinished, once more.
    #expect(try compromised(retiring).plan().doing == [.deactivate("A")])
  }

  @Test func aDeadRunMayHaveEndedTheSoakOfACompromisedKey() throws {
    let soaking = Situation(key("A"), key("B", .inactive)).publishing("A")
      .retiring("B", inactive: .days(8)).with { $0.state.retiring[0].compromised = true }
    #expect(try soaking.plan().doing == [.delete("B")])
    let left = soaking.interrupted(known: "A", "B").credentials(.works("A"), version: 7)
    #expect(try left.plan().doing == [.note("B", .inactive)])
  }

  @Test func whoMakesItActiveAgainDoesNotGetItBack() throws {
    let plan = try Situation(key("A"), key("B")).publishing("B").retiring("A", inactive: .days(1))
      .with { $0.state.retiring[0].compromised = true }.plan()
    #expect(plan.doing == [.deactivate("A")])
  }

  @Test func aRunKnowsWhichKeyWasMeantWhateverAnotherPublishedMeanwhile() throws {
    let overtaken = Situation(key("A"), key("B", age: .minutes(1))).publishing("B")
      .retiring("A", superseded: .minutes(1))
    #expect(try compromised(overtaken, ["A"]).plan().doing == [.deactivate("A")])
  }

  @Test func itsSoakIsKept() throws {
    let soaking = Situation(key("A", .inactive), key("B")).publishing("B")
      .retiring("A", inactive: .days(6)).with { $0.state.retiring[0].compromised = true }
    #expect(try soaking.plan().doing.isEmpty)
  }
}

extension Situation {
  /// The run that died was to replace it as compromised.
  fileprivate mutating func mark(_ id: AccessKeyID) {
    guard case .mine(let since, .some(var left)) = observation.lease else { return }
    left.compromised = [id]
    observation.lease = .mine(since: since, left: left)
  }
}
