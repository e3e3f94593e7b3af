import RotationPlanner
import Testing

@Suite("What the record's word is worth")
struct AttestationTests {
  private let due = Situation(key("R"), key("P", age: .days(2)))
    .publishing("P").retiring("R").used("R", nil).credentials(.works("P"), version: 7)

  private func refuted(_ situation: Situation) -> Situation {
    situation.with {
      $0.observation.attestation = .known(.refuted)
      $0.observation.foreignWrites = [ForeignWrite(version: 12, why: "its proof doesn't fit")]
    }
  }

  @Test func anIdlePassAsksForNothing() throws {
    let idle = Situation(key("P", age: .days(2))).publishing("P")
      .with { $0.observation.attestation = nil }
    #expect(try idle.plan().doing == [])
  }

  @Test func whatChangesSomethingAsksFirst() {
    #expect(due.with { $0.observation.attestation = nil }.wants == [.attestation])
    let enrolling = Situation(key("P", age: .days(2))).publishing("P").with {
      $0.observation.attestation = nil
      $0.request.writesRecord = true
    }
    #expect(enrolling.wants == [.attestation])
  }

  @Test func aProvenRecordIsBelieved() throws {
    #expect(try due.plan().doing == [.deactivate("R")])
  }

  @Test func ofARefutedOneNothingIsBelieved() throws {
    // Somebody's key is named as retiring; `credentials` never held it.
    let plan = try refuted(due).history("P", from: 7).plan()
    #expect(plan.doing.count == 1)
    guard case .adopt(let key, .credentials, let retiring) = plan.doing.first else {
      Issue.record("\(plan.doing)")
      return
    }
    #expect(key.id == "P" && retiring.isEmpty)
    #expect(plan.finding("record-unproven")?.severity == .act)
    #expect(plan.row("R")?.role == .foreign)
  }

  @Test func whatCredentialsHoldIsNotTakenAwayWhateverTheRecordSays() throws {
    let forged = Situation(key("P"), key("R", age: .days(2)))
      .publishing("R").retiring("P").used("P", nil).credentials(.works("P"), version: 7)
    #expect(try forged.plan().doing == [])
    #expect(try refuted(forged).history("P", from: 7).plan().row("P")?.role == .published)
  }

  @Test func whereNothingWorksAQuietKeyStillMakesRoomButNeverTheOneThatCredentialsHold() throws {
    let broken = due.credentials(.refused("P"), version: 7)
    #expect(try broken.plan().doing == [.deactivate("R")])
    let held = due.credentials(.refused("R"), version: 7)
    #expect(try !held.plan().doing.contains(.deactivate("R")))
  }

  @Test func whatIsUnknownStops() throws {
    let plan = try due.with { $0.observation.attestation = .unknown("timed out") }.plan()
    #expect(plan.isStopped && plan.doing.isEmpty && plan.worst == .failed)
  }

  @Test func aKeyThatStoodThereBySomebodysWordOnlyIsForeign() throws {
    let named = refuted(due).history("R", "P", from: 6)
      .with { $0.observation.provenance["R"] = .known(false) }
    #expect(try named.plan().row("R")?.role == .foreign)
    let proven = named.with { $0.observation.provenance["R"] = .known(true) }
    #expect(try proven.plan().row("R")?.role == .retiring)
  }

  @Test func aFirstPublicationAfterARefutedRecordSupersedesNothing() throws {
    let plan = try refuted(Situation(key("S")).retiring("S")).plan()
    #expect(plan.doing == [.rotate(.firstPublication, superseding: [])])
  }

  @Test func theSameNumberAtAnotherTimeIsAnotherVersion() {
    let anew = Situation(key("P", age: .days(2))).publishing("P").with {
      $0.state.published?.credentialsAt = Situation.ago(.days(2))
      $0.observation.credentialsModifiedAt = Situation.ago(.days(1))
    }
    #expect(anew.wants == [.credentials])
  }
}
