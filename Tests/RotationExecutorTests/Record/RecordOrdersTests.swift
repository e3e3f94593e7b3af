internal import RotationExecutor
internal import RotationPlanner
internal import Testing
internal import struct FoundationEssentials.Date

@Suite("What the record says of pauses and compromised keys")
struct RecordOrdersTests {
  private let now = Date(timeIntervalSince1970: 1_800_000_000)

  private func read(_ text: String) -> RecordDocument? {
    if case .document(let document) = RecordDocument.read(text) { document } else { nil }
  }

  private func written(_ state: RotationState) -> String {
    String(
      decoding: RecordDocument(state, runId: "run", audit: nil, projections: [:]).encoded(),
      as: UTF8.self)
  }

  private var state: RotationState {
    var state = RotationState(user: "deployer", userId: "AIDA1", account: "111122223333")
    state.published = PublishedKey(
      id: AccessKeyID("A"), createdAt: now, publishedAt: now, credentialsVersion: 3)
    state.retiring = [RetiringKey(id: AccessKeyID("B"), supersededAt: now)]
    return state
  }

  @Test func aPauseAndTheMarksComeBackAsTheyWere() throws {
    var state = state
    state.pause = Pause(
      since: now, until: now + .days(2), reason: "INC-42: Grüße", by: "arn:ops",
      rollbackTo: AccessKeyID("B"))
    state.published?.compromised = true
    state.retiring[0].compromised = true
    #expect(try #require(read(written(state))).state == state)
  }

  @Test func whatIsNotSaidIsLeftOut() throws {
    let text = written(state)
    #expect(!text.contains("paused") && !text.contains("compromised"))
    #expect(try #require(read(text)).state == state)
  }

  @Test func aReasonThatSomebodyElseWroteCannotSteerATerminal() throws {
    var state = state
    state.pause = Pause(since: now, reason: "\u{1B}[2J" + String(repeating: "x", count: 900))
    let pause = try #require(read(written(state))?.state.pause)
    #expect(Pause.problem(withReason: pause.reason) == nil)
    #expect(pause.reason.hasPrefix("?[2J"))
  }

  @Test func aDamagedPauseIsADamagedRecord() {
    var state = state
    state.pause = Pause(since: now, reason: "x")
    let text = written(state)
    for wrong in [
      text.replacing("\"reason\":\"x\"", with: "\"reason\":7"),
      text.replacing("\"paused\":{", with: "\"paused\":[{"),
      text.replacing("\"since\":\"2027", with: "\"since\":\"soon"),
    ] {
      guard case .damaged = RecordDocument.read(wrong) else {
        Issue.record("\(wrong)")
        return
      }
    }
  }

  /// The newest intent isn't the only one whose order is open.
  @Test func whatDeadRunsWereToReplaceIsKeptUntilTheNextState() {
    func version(_ number: Int, _ minutes: Int, _ compromised: String) -> RecordVersion {
      let intent = """
        ,"inFlight":{"runId":"run\(number)","host":"h\(number)","knownKeyIds":["A"],\
        "startedAt":"2027-01-15T08:00:00Z"\(compromised)}}
        """
      return RecordVersion(
        number: number, at: now + .seconds(60 * minutes),
        document: read(written(state).dropLast() + intent))
    }
    let leaked = ",\"compromised\":[\"A\"]"
    let first = RecordVersion(number: 1, at: now, document: read(written(state)))
    let dead = [first, version(2, 0, leaked), version(3, 31, "")]
    #expect(LeaseReplay(dead).unfinished(except: nil)?.compromised == [AccessKeyID("A")])
    #expect(LeaseReplay(dead).unfinished(except: "run3")?.compromised == [AccessKeyID("A")])
    // A void ticket orders nothing.
    let void = [first, version(2, 0, ""), version(3, 1, leaked)]
    #expect(LeaseReplay(void).unfinished(except: nil)?.compromised == [])
  }
}
