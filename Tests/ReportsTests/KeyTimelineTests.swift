import FoundationEssentials
import RotationExecutor
import RotationPlanner
import Testing
import Reports

/// What is drawn, and nothing that isn't known.
@Suite("The timeline of a key")
struct KeyTimelineTests {
  private static let now = ReportTests.now

  private func key(_ role: KeyRole, _ change: (inout KeyPlan) -> Void) -> KeyTimeline {
    let made = AccessKey(id: AccessKeyID("A"), status: .active, createdAt: Self.now + .days(-30))
    var key = KeyPlan(key: made, role: role, next: nil, reason: "r")
    change(&key)
    var outcome = UserOutcome(user: "u")
    outcome.at = Self.now
    outcome.plan = Plan(user: "u", keys: [key])
    let report = Report(mode: .status, version: "0", runId: nil, outcomes: [outcome])
    return KeyTimeline(report.users[0].keys[0], at: Self.now)
  }

  /// In days from now.
  private func stretches(_ life: KeyTimeline) -> [String] {
    life.bands.map { band in
      let (from, to) = (days(band.from), days(band.to))
      return "\(band.stage.rawValue) \(from) to \(to)\(band.isPlanned ? ", planned" : "")"
    }
  }

  private func moments(_ life: KeyTimeline) -> [String] {
    life.marks.map { "\($0.event.rawValue) \(days($0.at))\($0.isPlanned ? ", planned" : "")" }
  }

  private func days(_ date: Date) -> Int { Int((date - Self.now).inSeconds / 86400) }

  @Test func aPublishedKey() {
    let life = key(.published) {
      $0.dates.publishedAt = Self.now + .days(-20)
      $0.dates.dueAt = Self.now + .days(60)
      $0.dates.overdueAt = Self.now + .days(70)
      $0.next = Upcoming(.rotate, at: Self.now + .days(60))
      $0.dates.graceEndsAt = Self.now + .days(61)
      $0.dates.soakEndsAt = Self.now + .days(68)
    }
    #expect(
      stretches(life) == [
        "earlier -30 to -20", "published -20 to 0", "published 0 to 60, planned",
        "grace 60 to 61, planned", "soak 61 to 68, planned",
      ])
    #expect(
      moments(life) == [
        "created -30", "published -20", "due 60, planned", "deleted 68, planned",
        "overdue 70, planned",
      ])
  }

  @Test func aBlockedKeyHasNoFuture() {
    let life = key(.published) {
      $0.dates.publishedAt = Self.now + .days(-30)
      $0.dates.dueAt = Self.now + .days(-5)
      $0.next = Upcoming(.rotate, at: nil)
    }
    #expect(stretches(life) == ["published -30 to 0"])
    #expect(moments(life) == ["created -30", "published -30", "due -5"])
  }

  @Test func aKeyInGrace() {
    let life = key(.retiring) {
      $0.dates.supersededAt = Self.now + .days(-1)
      $0.dates.graceEndsAt = Self.now + .days(2)
      $0.dates.soakEndsAt = Self.now + .days(9)
      $0.next = Upcoming(.deactivate, at: Self.now + .days(2))
    }
    #expect(
      stretches(life) == [
        "earlier -30 to -1", "grace -1 to 0", "grace 0 to 2, planned", "soak 2 to 9, planned",
      ])
    #expect(moments(life).suffix(2) == ["deactivated 2, planned", "deleted 9, planned"])
  }

  @Test func aKeyThatIsHeld() {
    let life = key(.retiring) {
      $0.dates.supersededAt = Self.now + .days(-5)
      $0.dates.graceEndsAt = Self.now + .days(-4)
      $0.dates.soakEndsAt = Self.now + .days(8)
      $0.dates.lastUsed = AccessKeyLastUsed(at: Self.now + .days(-1))
      $0.next = Upcoming(.deactivate, at: Self.now + .days(1))
    }
    #expect(
      stretches(life) == [
        "earlier -30 to -5", "grace -5 to -4", "held -4 to 0", "held 0 to 1, planned",
        "soak 1 to 8, planned",
      ])
    #expect(moments(life).contains("used -1"))
  }

  @Test func aKeyInSoak() {
    let life = key(.retiring) {
      $0.key.status = .inactive
      $0.dates.supersededAt = Self.now + .days(-5)
      $0.dates.graceEndsAt = Self.now + .days(-4)
      $0.dates.deactivatedAt = Self.now + .days(-3)
      $0.dates.soakEndsAt = Self.now + .days(4)
      $0.next = Upcoming(.delete, at: Self.now + .days(4))
    }
    #expect(
      stretches(life) == [
        "earlier -30 to -5", "grace -5 to -4", "held -4 to -3", "soak -3 to 0",
        "soak 0 to 4, planned",
      ])
    #expect(moments(life).suffix(2) == ["deactivated -3", "deleted 4, planned"])
  }

  @Test func aSoakThatIsOverGoesOnUntilTheDeletion() {
    let life = key(.retiring) {
      $0.key.status = .inactive
      $0.dates.supersededAt = Self.now + .days(-20)
      $0.dates.graceEndsAt = Self.now + .days(-19)
      $0.dates.deactivatedAt = Self.now + .days(-19)
      $0.dates.soakEndsAt = Self.now + .days(-12)
    }
    #expect(
      stretches(life) == [
        "earlier -30 to -20", "grace -20 to -19", "soak -19 to -12", "soak -12 to 0",
      ])
    #expect(moments(life).last == "deleted 0, planned")
  }

  @Test(arguments: [KeyRole.foreign, .orphan, .unknown])
  func whatIsNotAttributedIsOnlyThere(_ role: KeyRole) {
    #expect(stretches(key(role) { _ in }) == ["foreign -30 to 0"])
  }

  @Test func withoutARecordOnlyItsCreationIsKnown() {
    let life = key(.retiring) { _ in }
    #expect(stretches(life) == ["earlier -30 to 0"])
    #expect(moments(life) == ["created -30"])
  }
}
