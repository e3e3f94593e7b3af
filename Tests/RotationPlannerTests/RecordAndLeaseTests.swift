import RotationPlanner
import Testing

@Suite("Whose record is it, and whose turn?")
struct RecordAndLeaseTests {
  /// Due in every way, so that only the record or the lease can keep it from acting.
  private let due = Situation(
    key("R", .inactive, age: .days(200)), key("P", age: .days(95))
  ).publishing("P").retiring("R", inactive: .days(30))

  private func expectStopped(
    _ situation: Situation, _ code: String, _ severity: Finding.Severity,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    for situation in [situation, situation.makingRoom] {
      let plan = try situation.plan()
      #expect(plan.isStopped && plan.doing.isEmpty, sourceLocation: location)
      #expect(plan.codes.last == code, sourceLocation: location)
      #expect(plan.finding(code)?.severity == severity, sourceLocation: location)
      #expect(plan.summary == plan.finding(code)?.message, sourceLocation: location)
    }
  }

  // MARK: The record

  @Test func aDamagedRecordStops() throws {
    let damaged = due.with { $0.observation.record = .damaged(".retiring is missing") }
    try expectStopped(damaged, "record-unreadable", .act)
    #expect(try damaged.plan().keys.map(\.role) == [.unknown, .unknown])
    #expect(
      try damaged.plan().findings[0].message == "the record can't be read: .retiring is missing")
  }

  @Test func aRecordOfANewerSchemaStops() throws {
    try expectStopped(
      due.with { $0.observation.record = .newerSchema(2) }, "record-newer", .act)
  }

  @Test func aRecordOfAnotherUserStops() throws {
    let another = due.with { ($0.state.user, $0.state.userId) = ("builder", "AIDA0") }
    try expectStopped(another, "record-of-another", .act)
  }

  @Test func theRecordFollowsAUserThatWasRenamed() throws {
    let renamed = Situation(key("P")).publishing("P").with { $0.state.user = "builder" }
    let plan = try renamed.plan()
    #expect(plan.doing == [.recordState])
    #expect(plan.finding("user-renamed")?.severity == .notice)
    #expect(
      plan.finding("user-renamed")?.message
        == "builder is named deployer in IAM now: the same user (AIDA1), so the record follows")
    // What is due is done as for anybody, and its record says so.
    let plans = try (due.with { $0.state.user = "builder" }.plan(), due.plan())
    #expect(plans.0.steps == plans.1.steps && plans.0.findings.count == plans.1.findings.count + 1)
  }

  @Test func aUserThatTookTheNameOfARenamedOneIsAnother() throws {
    // `deployer` was renamed; somebody else got the name.
    try expectStopped(due.with { $0.observation.user.userId = "AIDA2" }, "user-made-again", .act)
    // Only IAM's id says who it is, not the case of a name.
    let other = due.with { ($0.state.user, $0.state.userId) = ("Deployer", "AIDA0") }
    try expectStopped(other, "user-made-again", .act)
  }

  @Test func anotherSpellingOfTheNameIsTold() throws {
    func told(_ place: Spelling.Place) throws -> Finding? {
      try Situation(key("P")).publishing("P").with {
        $0.observation.spelling = Spelling(
          configured: "Deployer", place: place, path: "/deploy/Deployer")
      }.plan().findings.first
    }
    #expect(try told(.canonical)?.severity == .notice)
    #expect(
      try told(.asConfigured)?.remedy?.contains("\"parameterPath\": \"/deploy/Deployer\"") == true)
    #expect(try told(.both)?.code.rawValue == "published-in-another-case")
    #expect(try told(.both)?.severity == .act)
  }

  @Test func aRecordOfAnotherAccountStops() throws {
    try expectStopped(
      due.with { $0.state.account = "444455556666" }, "record-of-another", .act)
  }

  @Test func aUserThatWasMadeAgainStops() throws {
    let again = due.with { $0.state.userId = "AIDA0" }
    try expectStopped(again, "user-made-again", .act)
    #expect(
      try again.plan().findings.last?.message
        == "the record is of AIDA0, but deployer is AIDA1 now: the user was deleted and made again, or "
        + "renamed and its name given to another")
  }

  // MARK: The lease

  @Test func anIntentAsTheNewestVersionSendsForTheHistory() {
    #expect(due.with { $0.observation.lease = .unread }.wants == [.recordHistory])
  }

  @Test func anotherRunsLeaseIsRespectedQuietly() throws {
    let held = due.with {
      $0.observation.lease = .held(
        LeaseHolder(runId: "run-2", host: "host-b"), until: Situation.now + .minutes(20))
    }
    try expectStopped(held, "lease-held", .notice)
    #expect(try held.plan().keys.map(\.role) == [.retiring, .published])
    #expect(
      try held.plan().summary == "another run (run-2, host host-b) is changing this user's keys; "
        + "it may until 2027-01-15 08:20Z")
    try expectStopped(held.now, "lease-held", .act)
  }

  @Test func anOverdueKeyIsNotAnAlarmWhileAnotherRunIsAtWork() throws {
    let plan = try Situation(key("P", age: .days(200))).publishing("P").with {
      $0.observation.lease = .held(
        LeaseHolder(runId: "run-2", host: "host-b"), until: Situation.now + .minutes(20))
    }.plan()
    #expect(plan.worst == .notice)
  }

  @Test func theLeaseOfThisRunChangesNothingAboutThePlan() throws {
    let mine = due.with { $0.observation.lease = .mine(since: Situation.now, left: nil) }
    #expect(try mine.plan() == due.plan())
  }

  // MARK: The audit log

  @Test func aCutAuditLogIsReportedAndAnchoredAnew() throws {
    let plan = try Situation(key("P")).publishing("P")
      .with { $0.observation.auditLogCut = true }.plan()
    #expect(plan.doing == [.recordState])
    #expect(plan.codes == ["audit-log-cut"])
    #expect(plan.worst == .act)
  }

  @Test func aCutAuditLogKeepsNoRotationFromHappening() throws {
    let plan = try due.with { $0.observation.auditLogCut = true }.plan()
    #expect(plan.doing == [.delete("R"), .rotate(.due, superseding: ["P"])])
    #expect(plan.codes == ["audit-log-cut"])
  }

  @Test func aCutAuditLogIsSaidThoughNothingMayBeChanged() throws {
    let plan = try Situation(key("P", .inactive)).publishing("P")
      .with { $0.observation.auditLogCut = true }.plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.codes == ["audit-log-cut", "published-key-inactive"])
  }
}
