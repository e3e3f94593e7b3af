import FoundationEssentials
import RotationExecutor
import RotationPlanner
import Testing
import Reports

/// Recorded reports. Whoever changes one reads it as the person who gets it at night.
@Suite("Reports")
struct ReportTests {
  static let now = Date(timeIntervalSince1970: 1_767_261_600)  // 2026-01-01 10:00Z
  static let old = AccessKey(
    id: AccessKeyID("AKIAOLDOLDOLDOLDOLD1"), status: .active, createdAt: now + .days(-91))
  static let new = AccessKey(
    id: AccessKeyID("AKIANEWNEWNEWNEWNEW2"), status: .active, createdAt: now)

  static let rotation = PlannedStep(
    .rotate(.due, superseding: [old.id]),
    "the published key is 91 days old, the policy says 90 days")

  static var due: UserOutcome {
    var outcome = UserOutcome(user: "deployer")
    outcome.at = now
    outcome.policy = Policy()
    outcome.plan = Plan(
      user: "deployer", steps: [rotation],
      keys: [
        KeyPlan(key: old, role: .published, next: Upcoming(.rotate, at: now), reason: "due")
      ],
      next: Upcoming(.rotate, at: now), summary: "nothing to do")
    outcome.after = outcome.plan
    return outcome
  }

  static var retiringDates: KeyDates {
    var dates = KeyDates()
    dates.supersededAt = now
    dates.graceEndsAt = now + .hours(24)
    dates.soakEndsAt = now + .days(8)
    dates.lastUsed = AccessKeyLastUsed(at: now + .hours(-1), service: "s3", region: "eu-west-1")
    return dates
  }

  static var publishedDates: KeyDates {
    var dates = KeyDates()
    dates.publishedAt = now
    dates.dueAt = now + .days(90)
    dates.overdueAt = now + .days(100)
    dates.graceEndsAt = now + .days(91)
    dates.soakEndsAt = now + .days(98)
    return dates
  }

  static var rotated: UserOutcome {
    var outcome = due
    var step = UserOutcome.DoneStep(planned: rotation, result: .done)
    step.newKey = new.id
    step.requestId = "7a62c49f-347e-4fc4-9331-6e8eEXAMPLE"
    outcome.done = [step]
    let deactivation = Upcoming(.deactivate, at: now + .hours(24))
    outcome.after = Plan(
      user: "deployer",
      keys: [
        KeyPlan(
          key: old, role: .retiring, next: deactivation,
          reason: "superseded 2026-01-01 10:00Z; builds that read it may still run",
          dates: retiringDates),
        KeyPlan(
          key: new, role: .published, next: Upcoming(.rotate, at: now + .days(90)),
          reason: "fresh: 0 s old", dates: publishedDates),
      ], next: deactivation, summary: "nothing to do")
    return outcome
  }

  static var idle: UserOutcome {
    var outcome = UserOutcome(user: "ci-runner")
    outcome.at = now
    outcome.policy = Policy()
    let next = Upcoming(.rotate, at: now + .days(80))
    outcome.plan = Plan(
      user: "ci-runner",
      keys: [
        KeyPlan(
          key: AccessKey(
            id: AccessKeyID("AKIAIDLEIDLEIDLEIDL3"), status: .active, createdAt: now + .days(-10)),
          role: .published, next: next, reason: "fresh: 10 days old")
      ], next: next,
      summary: "nothing to do; the next rotation is due 2026-03-22 10:00Z; --now rotates anyway")
    outcome.after = outcome.plan
    return outcome
  }

  static var failed: UserOutcome {
    var outcome = UserOutcome(user: "zappa")
    outcome.failures = [
      Finding(
        code: "call-failed", .failed,
        "ListAccessKeys: AccessDenied: not authorized to perform iam:ListAccessKeys "
          + "(request 1234)", remedy: "allow it in the caller's policy")
    ]
    return outcome
  }

  private func text(
    _ mode: Report.Mode, _ outcomes: [UserOutcome], width: Int? = nil, colour: Bool = false
  ) -> String {
    TextReport(
      Report(mode: mode, version: "0.1.0", runId: "r-1", outcomes: outcomes),
      style: TextStyle(width: width, usesColour: colour)
    ).text
  }

  @Test func nothingDue() {
    #expect(
      text(.run, [Self.idle]) == """
        USER       KEY                    AGE  LIFE          STATE   NEXT STEP  DATE               REASON
        ci-runner  AKIAIDLEIDLEIDLEIDL3  10 d  [=--------|]  Active  rotate     2026-03-22 10:00Z  published; fresh: 10 days old

        ci-runner: nothing to do; the next rotation is due 2026-03-22 10:00Z; --now rotates anyway

        """)
  }

  @Test func dryRun() {
    #expect(
      text(.dryRun, [Self.due]) == """
        USER      KEY                    AGE  LIFE          STATE   NEXT STEP  DATE  REASON
        deployer  AKIAOLDOLDOLDOLDOLD1  91 d  [=========!]  Active  rotate     now   published; due

        due       deployer: create a key, prove it and publish it; AKIAOLDOLDOLDOLDOLD1 retires
                  because the published key is 91 days old, the policy says 90 days

        deployer: 1 step is due; nothing was changed (dry run)

        """)
  }

  @Test func aRotation() {
    #expect(
      text(.run, [Self.rotated]) == """
        USER      KEY                    AGE  LIFE          STATE   NEXT STEP   DATE               REASON
        deployer  AKIAOLDOLDOLDOLDOLD1  91 d  [=========!]  Active  deactivate  2026-01-02 10:00Z  retiring; superseded 2026-01-01 10:00Z; builds that read it may still run
        deployer  AKIANEWNEWNEWNEWNEW2  <1 d  [---------|]  Active  rotate      2026-04-01 10:00Z  published; fresh: 0 s old

        done      deployer: created and published AKIANEWNEWNEWNEWNEW2; AKIAOLDOLDOLDOLDOLD1 retires (request 7a62c49f-347e-4fc4-9331-6e8eEXAMPLE)
                  because the published key is 91 days old, the policy says 90 days

        deployer: rotated; next: deactivate 2026-01-02 10:00Z

        """)
  }

  @Test func severalUsersOnATerminal() {
    let text = text(.run, [Self.rotated, Self.idle, Self.failed], width: 100)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(
      text == """
        USER       KEY                    AGE  STATE   NEXT STEP   DATE
        deployer   AKIAOLDOLDOLDOLDOLD1  91 d  Active  deactivate  2026-01-02 10:00Z
                   [================!-]  retiring; superseded 2026-01-01 10:00Z; builds that read it may
                                         still run
                   AKIANEWNEWNEWNEWNEW2  <1 d  Active  rotate      2026-04-01 10:00Z
                   [----------------|-]  published; fresh: 0 s old
        ci-runner  AKIAIDLEIDLEIDLEIDL3  10 d  Active  rotate      2026-03-22 10:00Z
                   [=---------------|-]  published; fresh: 10 days old
        zappa      -                        -  unread  -           -
                   its keys can't be read

        done      deployer: created and published AKIANEWNEWNEWNEWNEW2; AKIAOLDOLDOLDOLDOLD1 retires
                  (request 7a62c49f-347e-4fc4-9331-6e8eEXAMPLE)
                  because the published key is 91 days old, the policy says 90 days

        FAILED    zappa: ListAccessKeys: AccessDenied: not authorized to perform iam:ListAccessKeys (request
                  1234) [call-failed]
                  what to do: allow it in the caller's policy

        3 users: 1 changed, 1 failed, 1 with nothing to do; next: deactivate deployer 2026-01-02 10:00Z

        """)
  }

  @Test func namesThatHaveNoRoomStandAboveTheirRows() {
    var outcome = Self.idle
    outcome.user = String(repeating: "long-name.", count: 6)
    let text = text(.run, [outcome, Self.rotated], width: 100)
    let rows = text.split(separator: "\n").prefix(6).map(String.init)
    #expect(rows.allSatisfy { $0.count <= 100 })
    #expect(rows[2] == outcome.user && rows[3].hasPrefix("  AKIAIDLE"))
    #expect(rows[5] == "deployer")
  }

  @Test func colourIsOnlyPaint() {
    let outcomes = [Self.rotated, Self.idle, Self.failed]
    let painted = text(.run, outcomes, width: 100, colour: true)
    #expect(painted.contains("\u{1B}[31mFAILED\u{1B}[0m"))
    #expect(
      painted.replacing(/\u{1B}\[[0-9]+m/, with: "")
        == text(.run, outcomes, width: 100, colour: false))
  }

  @Test func markdown() {
    let outcomes = [Self.rotated, Self.failed]
    #expect(
      MarkdownReport(Report(mode: .run, version: "0.1.0", runId: "r-1", outcomes: outcomes)).text
        == """
        ## rotate, 2026-01-01 10:00Z

        **2 users: 1 changed, 1 failed; next: deactivate deployer 2026-01-02 10:00Z**

        ### Findings

        - **failed** `zappa`: ListAccessKeys: AccessDenied: not authorized to perform iam:ListAccessKeys (request 1234) (`call-failed`)
          - What to do: allow it in the caller's policy

        ### Steps

        - **done** `deployer`: created and published AKIANEWNEWNEWNEWNEW2; AKIAOLDOLDOLDOLDOLD1 retires (request `7a62c49f-347e-4fc4-9331-6e8eEXAMPLE`)
          - because the published key is 91 days old, the policy says 90 days

        ### Keys

        | User | Key | Age | State | Role | Next step | Date | Reason |
        |---|---|--:|---|---|---|---|---|
        | `deployer` | `AKIAOLDOLDOLDOLDOLD1` | 91 d | Active | retiring | deactivate | 2026-01-02 10:00Z | superseded 2026-01-01 10:00Z; builds that read it may still run |
        | `deployer` | `AKIANEWNEWNEWNEWNEW2` | 0 of 100 days | Active | published | rotate | 2026-04-01 10:00Z | fresh: 0 s old |
        | `zappa` |  |  | unread |  |  |  | its keys can't be read |

        run `r-1`, exit code 1, rotate 0.1.0

        """)
  }

  @Test func json() {
    #expect(
      JSONReport.text(Report(mode: .run, version: "0.1.0", runId: "r-1", outcomes: [Self.rotated]))
        == """
        {
          "at" : "2026-01-01T10:00:00Z",
          "counts" : {
            "attention" : 0,
            "changed" : 1,
            "due" : 0,
            "failed" : 0,
            "users" : 1
          },
          "exitCode" : 0,
          "findings" : [

          ],
          "mode" : "run",
          "runId" : "r-1",
          "schema" : 1,
          "schemaRevision" : 1,
          "summary" : "deployer: rotated; next: deactivate 2026-01-02 10:00Z",
          "users" : [
            {
              "findings" : [

              ],
              "keys" : [
                {
                  "accessKeyId" : "AKIAOLDOLDOLDOLDOLD1",
                  "ageDays" : 91,
                  "createdAt" : "2025-10-02T10:00:00Z",
                  "graceEndsAt" : "2026-01-02T10:00:00Z",
                  "lastUsed" : {
                    "at" : "2026-01-01T09:00:00Z",
                    "region" : "eu-west-1",
                    "service" : "s3"
                  },
                  "next" : {
                    "action" : "deactivate",
                    "at" : "2026-01-02T10:00:00Z"
                  },
                  "reason" : "superseded 2026-01-01 10:00Z; builds that read it may still run",
                  "role" : "retiring",
                  "soakEndsAt" : "2026-01-09T10:00:00Z",
                  "status" : "Active",
                  "supersededAt" : "2026-01-01T10:00:00Z"
                },
                {
                  "accessKeyId" : "AKIANEWNEWNEWNEWNEW2",
                  "ageDays" : 0,
                  "createdAt" : "2026-01-01T10:00:00Z",
                  "dueAt" : "2026-04-01T10:00:00Z",
                  "graceEndsAt" : "2026-04-02T10:00:00Z",
                  "next" : {
                    "action" : "rotate",
                    "at" : "2026-04-01T10:00:00Z"
                  },
                  "overdueAt" : "2026-04-11T10:00:00Z",
                  "publishedAt" : "2026-01-01T10:00:00Z",
                  "reason" : "fresh: 0 s old",
                  "role" : "published",
                  "soakEndsAt" : "2026-04-09T10:00:00Z",
                  "status" : "Active"
                }
              ],
              "next" : {
                "action" : "deactivate",
                "at" : "2026-01-02T10:00:00Z"
              },
              "policy" : {
                "gracePeriod" : 86400,
                "maxKeyAge" : 8640000,
                "quietPeriod" : 86400,
                "rotateEvery" : 7776000,
                "soakPeriod" : 604800
              },
              "steps" : [
                {
                  "accessKeyIds" : [
                    "AKIAOLDOLDOLDOLDOLD1"
                  ],
                  "action" : "rotate",
                  "newAccessKeyId" : "AKIANEWNEWNEWNEWNEW2",
                  "reason" : "the published key is 91 days old, the policy says 90 days",
                  "requestId" : "7a62c49f-347e-4fc4-9331-6e8eEXAMPLE",
                  "result" : "done",
                  "text" : "created and published AKIANEWNEWNEWNEWNEW2; AKIAOLDOLDOLDOLDOLD1 retires"
                }
              ],
              "summary" : "rotated; next: deactivate 2026-01-02 10:00Z",
              "user" : "deployer"
            }
          ],
          "version" : "0.1.0"
        }

        """)
  }

  @Test(arguments: [
    ([due], Report.Mode.dryRun, false, 0), ([due], .dryRun, true, 3), ([idle], .dryRun, true, 0),
    ([rotated], .run, true, 0), ([idle, failed], .run, false, 1),
    ([due, failed], .dryRun, true, 1),
  ])
  func exitCode(
    _ outcomes: [UserOutcome], _ mode: Report.Mode, _ detailed: Bool, _ expected: Int32
  ) {
    let report = Report(
      mode: mode, version: "0", runId: nil, outcomes: outcomes, detailed: detailed)
    #expect(report.exitCode == expected)
  }

  @Test func aNoticeIsNotRepeatedInTheSummary() {
    var outcome = Self.idle
    outcome.plan?.findings = [Finding(code: "still-in-use", .notice, "it is still in use")]
    outcome.plan?.summary = "it is still in use"
    outcome.after = outcome.plan
    let report = Report(mode: .run, version: "0", runId: nil, outcomes: [outcome])
    #expect(report.exitCode == 0)
    #expect(
      report.summary
        == "ci-runner: nothing to do now, see above; next: rotate 2026-03-22 10:00Z")
  }

  @Test func somebodyMustAct() {
    var outcome = Self.idle
    outcome.failures = [Finding(code: "overdue", .act, "it is overdue")]
    let report = Report(mode: .run, version: "0", runId: nil, outcomes: [outcome], detailed: true)
    #expect(report.exitCode == 2)
    #expect(
      report.summary == "ci-runner: somebody must act, see above; next: rotate 2026-03-22 10:00Z")
  }
}
