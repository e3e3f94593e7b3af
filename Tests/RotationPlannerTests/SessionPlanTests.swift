import RotationPlanner
import Testing

import struct FoundationEssentials.Date

/// When a session is made: `A` is published, sessions last 12 hours.
@Suite struct SessionPlanTests {
  private static func situation(_ change: (inout Situation) -> Void = { _ in }) -> Situation {
    Situation(key("A")).publishing("A").with {
      $0.policy.session = .hours(12)
      $0.state.session = SessionState(
        accessKeyId: "A", version: 3, expiresAt: Situation.now + .hours(9), lastStep: 1)
      $0.observation.sessionVersion = 3
      change(&$0)
    }
  }

  @Test func aGoodSessionIsLeftAlone() throws {
    let plan = try Self.situation().plan()
    #expect(plan.doing.isEmpty && plan.findings.isEmpty)
    #expect(
      plan.session
        == SessionPlan(
          expiresAt: Situation.now + .hours(9), renewAt: Situation.now + .hours(3)))
  }

  @Test func aUserWithoutSessionsHasNone() throws {
    let plan = try Self.situation { $0.policy.session = nil }.plan()
    #expect(plan.doing.isEmpty && plan.session == nil)
  }

  @Test func theFirstOneIsMade() throws {
    let plan = try Self.situation { $0.state.session = nil }.plan()
    #expect(plan.doing == [.renewSession("A", .first)])
    #expect(plan.session?.renewAt == Situation.now)
  }

  @Test func oneThatWasRefusedIsTriedAgain() throws {
    let plan = try Self.situation { $0.state.session = SessionState(lastStep: 7) }.plan()
    #expect(plan.doing == [.renewSession("A", .first)])
  }

  @Test(arguments: [(6 * 3600 + 1, false), (6 * 3600, true), (0, true), (-3600, true)])
  func itIsRenewedWhenHalfOfItsTimeIsLeft(left: Int, isDue: Bool) throws {
    let plan = try Self.situation {
      $0.state.session?.expiresAt = Situation.now + .seconds(left)
    }.plan()
    #expect(plan.doing == (isDue ? [.renewSession("A", .endsSoon)] : []))
  }

  @Test func somebodyElsesWriteAndAMissingParameterAreRepaired() throws {
    #expect(
      try Self.situation { $0.observation.sessionVersion = 4 }.plan().doing
        == [.renewSession("A", .rewritten)])
    #expect(
      try Self.situation { $0.observation.sessionVersion = nil }.plan().doing
        == [.renewSession("A", .gone)])
  }

  /// The session would die with it; nobody waits beyond the session's own end.
  @Test(arguments: [("B", 60, false), ("B", -60, true), ("A", 60, true)])
  func theKeyOfThePublishedSessionStaysActive(
    of: AccessKeyID, left: Int, retires: Bool
  ) throws {
    let situation = Situation(key("A"), key("B")).publishing("A")
      .retiring("B", superseded: .hours(25))
    let plan = try situation.with {
      $0.policy.session = .hours(12)
      $0.state.session = SessionState(
        accessKeyId: of, version: 3, expiresAt: Situation.now + .seconds(left))
      $0.observation.sessionVersion = 3
      $0.observation.lastUsed["B"] = .known(AccessKeyLastUsed(at: nil))
    }.plan()
    #expect(plan.doing.contains(.deactivate("B")) == retires)
    #expect(plan.doing.contains { if case .renewSession = $0 { true } else { false } })
  }

  @Test func aRotationIsFollowedByASession() throws {
    let plan = try Self.situation().now.plan()
    #expect(plan.doing == [.rotate(.asked, superseding: ["A"]), .renewSession("A", .keyChanged)])
  }

  @Test func anAdoptedKeyGetsASession() throws {
    let plan = try Self.situation {
      $0.observation.keys = [key("A"), key("B", age: .days(1))]
    }.credentials(.works("B")).history("A", "B", from: 7).used("A", nil).plan()
    #expect(plan.doing.last == .renewSession("B", .keyChanged))
  }

  /// A contained key makes no session: nothing at all happens for this user.
  @Test func aContainedKeyMakesNoSession() throws {
    let plan = try Self.situation {
      $0.observation.keys = [key("A", .inactive)]
      $0.observation.sessionVersion = nil
    }.plan()
    #expect(plan.doing.isEmpty && plan.codes == ["published-key-inactive"])
  }

  /// Nothing that is decrypted, no history and no last use is asked for.
  @Test func anIdlePassAsksForNoEvidence() {
    let situation = Self.situation {
      $0.request.sessionsOnly = true
      $0.observation.keys.append(key("B", age: .days(30)))
      $0.state.retiring = [RetiringKey(id: "B", supersededAt: Situation.ago(.days(3)))]
    }
    #expect(situation.wants == nil)
  }

  // MARK: `rotate sessions`

  @Test func sessionsRotateAndRetireNothing() throws {
    let plan = try Self.situation {
      $0.request.sessionsOnly = true
      $0.observation.keys = [key("A", age: .days(200)), key("B", .inactive, age: .days(300))]
      $0.state.retiring = [
        RetiringKey(
          id: "B", supersededAt: Situation.ago(.days(90)), deactivatedAt: Situation.ago(.days(80)))
      ]
      $0.state.session?.expiresAt = Situation.now
      $0.observation.drift = ["/deploy/deployer/dotenv"]
    }.plan()
    #expect(plan.doing == [.renewSession("A", .endsSoon)])
    #expect(plan.findings.isEmpty)  // `overdue` is the other command's
    #expect(plan.row("A")?.role == .published && plan.row("B")?.role == .retiring)
  }

  /// The state that follows would end the intents of the dead run, so its leftovers come first.
  @Test func sessionsFinishWhatADeadRunLeft() throws {
    let plan = try Self.situation {
      $0.request.sessionsOnly = true
      $0.observation.keys = [key("A"), key("NEW", age: .minutes(50))]
    }.credentials(.works("A"), version: 7).interrupted(known: "A")
      .used("NEW", nil).plan()
    #expect(plan.doing == [.deleteOrphan("NEW")])
    let idle = try Self.situation { $0.request.sessionsOnly = true }
      .credentials(.works("A"), version: 7).interrupted(known: "A").plan()
    #expect(idle.doing == [.recordState])
  }
}
