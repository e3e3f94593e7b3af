import RotationPlanner
import Testing

@Suite("A superseded key stays while a copy has not been given its successor")
struct CopyTests {
  private func behind(_ change: (inout Situation) -> Void = { _ in }) -> Situation {
    Situation(key("R", age: .days(100)), key("P", age: .days(9))).publishing("P")
      .retiring("R", superseded: .days(9)).used("R", .days(9)).with {
        $0.observation.hasCopies = true
        $0.observation.drift = ["/shared/deployer"]
        change(&$0)
      }
  }

  @Test func itStaysActiveWhateverItsAgeAndUse() throws {
    let plan = try behind { $0.observation.refusedCopies = ["/shared/deployer"] }.plan()
    #expect(plan.doing == [.repair(["/shared/deployer"])])
    #expect(plan.finding("copy-not-updated")?.severity == .failed)
    #expect(plan.finding("copy-not-updated")?.message.contains("/shared/deployer") == true)
    #expect(plan.row("R")?.next == Upcoming(.deactivate, at: nil))
  }

  @Test func nobodyIsAskedToActOnWhatTheNextRepairMends() throws {
    let plan = try behind().plan()
    #expect(plan.doing == [.repair(["/shared/deployer"])])
    #expect(plan.finding("copy-not-updated")?.severity == .notice)
  }

  @Test func onceAllShowTheSuccessorItRetires() throws {
    #expect(try behind { $0.observation.drift = [] }.plan().doing == [.deactivate("R")])
  }

  /// It was made Inactive by hand, or by a version that didn't wait. Deleted, it could not be brought
  /// back for the builds that read that copy.
  @Test func anInactiveOneIsNotDeleted() throws {
    let soaked = Situation(key("R", .inactive, age: .days(100)), key("P")).publishing("P")
      .retiring("R", superseded: .days(30), inactive: .days(20)).with {
        $0.observation.hasCopies = true
        $0.observation.drift = ["/shared/deployer"]
      }
    #expect(try soaked.plan().doing == [.repair(["/shared/deployer"])])
    #expect(try soaked.with { $0.observation.drift = [] }.plan().doing == [.delete("R")])
  }

  /// Promise 1 comes first: without room there would be no key that works.
  @Test func itIsDeletedWhereConsumersHaveNoKeyAtAll() throws {
    let gone = Situation(key("R", .inactive, age: .days(100)), key("X")).publishing("P")
      .retiring("R", superseded: .days(30), inactive: .days(20)).credentials(
        .refused("P"), version: 7
      )
      .with {
        $0.observation.hasCopies = true
        $0.observation.drift = ["/shared/deployer"]
      }
    #expect(try gone.plan().doing == [.delete("R"), .rotate(.publishedKeyGone, superseding: [])])
  }

  @Test func aCompromisedKeyWaitsForNoCopyButTheCopyIsNamed() throws {
    let plan = try behind {
      $0.state.retiring[0].compromised = true
      $0.observation.refusedCopies = ["/shared/deployer"]
    }.plan()
    #expect(plan.doing == [.deactivate("R"), .repair(["/shared/deployer"])])
    let finding = try #require(plan.finding("copy-shows-leaked-key"))
    #expect(finding.severity == .failed)
    #expect(finding.message.contains("/shared/deployer") && finding.message.contains("R"))
  }

  /// What an adoption in the same run writes can fail: the next run knows.
  @Test func anAdoptionLetsNothingRetireInTheSameRun() throws {
    let adopting = Situation(key("R", age: .days(100)), key("N", age: .days(9)))
      .credentials(.works("N"), version: 9).history("R", "N").used("R", .days(30))
      .with { $0.policy.gracePeriod = .hours(1) }
    #expect(try adopting.plan().doing.contains(.deactivate("R")))
    let held = adopting.with { $0.observation.hasCopies = true }
    #expect(try !held.plan().doing.contains(.deactivate("R")))
    #expect(try held.plan().row("R")?.role == .retiring)
  }
}
