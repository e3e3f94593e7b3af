import RotationPlanner
import Testing

import struct FoundationEssentials.Date

@Suite("The dates of a key: the record's and the plan's, and nothing guessed")
struct KeyDatesTests {
  private static let second = Duration.seconds(1)

  private func dates(_ situation: Situation, _ id: AccessKeyID) throws -> KeyDates {
    try #require(try situation.plan().row(id)).dates
  }

  @Test func ofAFreshPublishedKey() throws {
    let dates = try dates(Situation(key("P", age: .days(10))).publishing("P"), "P")
    let created = Situation.ago(.days(10))
    #expect(dates.publishedAt == created)
    #expect(dates.dueAt == created.over(.days(90)))
    #expect(dates.overdueAt == created.over(.days(100)))
    #expect(dates.graceEndsAt == dates.dueAt?.over(.hours(24)))
    #expect(dates.soakEndsAt == dates.graceEndsAt?.over(.days(7)))
    #expect(dates.supersededAt == nil && dates.deactivatedAt == nil && dates.lastUsed == nil)
  }

  @Test func ofADueKeyTheFutureBeginsNow() throws {
    let dates = try dates(Situation(key("P", age: .days(95))).publishing("P"), "P")
    #expect(dates.dueAt == Situation.ago(.days(5)) + Self.second)
    #expect(dates.graceEndsAt == Situation.now.over(.hours(24)))
  }

  @Test func ofABlockedKeyNoFutureIsKnown() throws {
    let blocked = Situation(key("P", age: .days(95)), key("F", age: .days(5))).publishing("P")
      .used("F", .hours(1), by: "s3")
    let published = try dates(blocked, "P")
    #expect(published.graceEndsAt == nil && published.soakEndsAt == nil)
    #expect(published.dueAt != nil)
    var foreign = KeyDates()
    foreign.lastUsed = AccessKeyLastUsed(at: Situation.ago(.hours(1)), service: "s3")
    #expect(try dates(blocked, "F") == foreign)
  }

  @Test func ofAKeyInGrace() throws {
    let dates = try dates(
      Situation(key("R", age: .days(100)), key("P", age: .days(2))).publishing("P")
        .retiring("R", superseded: .hours(1)), "R")
    #expect(dates.supersededAt == Situation.ago(.hours(1)))
    #expect(dates.graceEndsAt == Situation.now + .hours(23) + Self.second)
    #expect(dates.soakEndsAt == dates.graceEndsAt?.over(.days(7)))
    #expect(dates.publishedAt == nil && dates.dueAt == nil && dates.deactivatedAt == nil)
  }

  @Test func ofAHeldKeyTheSoakBeginsLater() throws {
    let dates = try dates(
      Situation(key("R", age: .days(100)), key("P", age: .days(2))).publishing("P")
        .retiring("R", superseded: .days(5)).used("R", .hours(4), by: "s3"), "R")
    let quiet = Situation.ago(.hours(4) - .minutes(15)).over(.hours(24))
    #expect(dates.graceEndsAt == Situation.ago(.days(4)) + Self.second)
    #expect(dates.soakEndsAt == quiet.over(.days(7)))
    #expect(dates.lastUsed?.service == "s3")
  }

  @Test func ofAKeyInSoakTheRecordCounts() throws {
    let dates = try dates(
      Situation(key("R", .inactive, age: .days(100)), key("P")).publishing("P")
        .retiring("R", superseded: .days(5), inactive: .days(3)), "R")
    #expect(dates.deactivatedAt == Situation.ago(.days(3)))
    #expect(dates.soakEndsAt == Situation.ago(.days(3)).over(.days(7)))
  }

  @Test func aRecordOfAnotherUserTellsNothing() throws {
    let situation = Situation(key("P")).publishing("P").with { $0.state.userId = "AIDA2" }
    #expect(try dates(situation, "P").publishedAt == nil)
  }

  @Test func aKeyWithoutARecordHasNoPast() throws {
    let dates = try dates(Situation(key("K", age: .days(400))), "K")
    #expect(dates.supersededAt == nil && dates.graceEndsAt == nil)
    #expect(dates.soakEndsAt == Situation.now.over(.hours(24)).over(.days(7)))
  }
}
