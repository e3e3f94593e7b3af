internal import RotationExecutor
internal import RotationPlanner
internal import Testing
internal import struct FoundationEssentials.Date

@Suite("The record's history, replayed")
struct LeaseReplayTests {
  /// A history under construction; times in minutes.
  private struct History {
    var versions: [RecordVersion] = []

    mutating func intent(
      _ run: String, host: String = "a", at minute: Double, takesOver: String? = nil,
      known: [String] = ["AKIAOLD"]
    ) {
      let names = known.map { "\"\($0)\"" }.joined(separator: ",")
      let more = takesOver.map { ",\"takesOver\":\"\($0)\"" } ?? ""
      add(
        run, at: minute,
        """
        ,"inFlight":{"runId":"\(run)","host":"\(host)","startedAt":"2026-01-01T00:00:00Z",\
        "knownKeyIds":[\(names)]\(more)}
        """)
    }

    mutating func state(_ run: String, at minute: Double) { add(run, at: minute, "") }

    mutating func garbage(at minute: Double) {
      versions.append(
        RecordVersion(number: versions.count + 1, at: Self.time(minute), document: nil))
    }

    private mutating func add(_ run: String, at minute: Double, _ more: String) {
      let text = """
        {"schema":1,"user":"deployer","userId":"AIDA","account":"111122223333",\
        "generation":\(versions.count),"retiring":[],"runId":"\(run)"\(more)}
        """
      guard case .document(let document) = RecordDocument.read(text) else {
        Issue.record("not a record: \(text)")
        return
      }
      versions.append(
        RecordVersion(number: versions.count + 1, at: Self.time(minute), document: document))
    }

    static func time(_ minute: Double) -> Date { Date(timeIntervalSince1970: 60 * minute) }

    var replay: LeaseReplay { LeaseReplay(versions) }
  }

  private var history = History()

  @Test("Nobody holds what nobody took")
  func empty() {
    #expect(history.replay.holder == nil)
    #expect(history.replay.state == nil)
    #expect(history.replay.unfinished(except: nil) == nil)
  }

  @Test("The first intent takes the lease, a second one is void until its time is over")
  mutating func voidTicket() {
    history.intent("one", at: 0)
    history.intent("two", host: "b", at: 29.9)
    #expect(history.replay.holder?.run == LeaseHolder(runId: "one", host: "a"))
    history.intent("three", host: "c", at: 30)
    #expect(history.replay.holder?.run.runId == "three")
    // The void one left nothing: it never had the right to.
    #expect(history.replay.before.map(\.run.runId) == ["one"])
  }

  @Test("A state gives the lease back and becomes the truth")
  mutating func giveBack() {
    history.intent("one", at: 0)
    history.state("one", at: 1)
    #expect(history.replay.holder == nil)
    #expect(history.replay.stateVersion == 2)
    history.intent("two", host: "b", at: 1)
    #expect(history.replay.holder?.run.runId == "two")
    #expect(history.replay.before.isEmpty)
  }

  @Test("A state of a run that doesn't hold the lease counts for nothing")
  mutating func lateState() {
    history.intent("one", at: 0)
    history.intent("two", host: "b", at: 31)
    history.state("one", at: 32)
    #expect(history.replay.holder?.run.runId == "two")
    #expect(history.replay.state == nil)
    history.state("two", at: 33)
    #expect(history.replay.stateVersion == 4)
    history.state("one", at: 34)
    #expect(history.replay.stateVersion == 4)
  }

  @Test("The next run of the same host takes over, another host's does not", arguments: ["a", "b"])
  mutating func takesOver(host: String) {
    history.intent("one", host: "a", at: 0)
    history.intent("two", host: host, at: 1, takesOver: "one")
    #expect(history.replay.holder?.run.runId == (host == "a" ? "two" : "one"))
  }

  @Test("Who takes over has to name the run that holds the lease")
  mutating func takesOverAnother() {
    history.intent("one", at: 0)
    history.intent("two", at: 1, takesOver: "zero")
    #expect(history.replay.holder?.run.runId == "one")
  }

  @Test("What has no history to be judged by counts: the oldest version that is kept")
  mutating func trimmed() {
    history.state("one", at: 0)
    history.intent("two", at: 1)
    #expect(history.replay.stateVersion == 1)
    #expect(history.replay.holder?.run.runId == "two")
    // Trimmed in the middle of a tenure: the holder's state is then the oldest.
    history.state("two", at: 2)
    let kept = LeaseReplay(Array(history.versions.suffix(1)))
    #expect(kept.stateVersion == 3)
    #expect(kept.holder == nil)
  }

  @Test("What is no record takes and gives nothing, and a state behind it isn't the first")
  mutating func garbage() {
    history.garbage(at: 0)
    history.state("one", at: 1)
    #expect(history.replay.state == nil)
    history.intent("two", at: 2)
    history.garbage(at: 3)
    #expect(history.replay.holder?.run.runId == "two")
  }

  @Test("The keys known at first stay the known ones, whoever takes the lease after that")
  mutating func knownKeys() {
    history.intent("one", at: 0, known: ["AKIAOLD"])
    history.intent("two", at: 40, known: ["AKIAOLD", "AKIAOFONE"])
    #expect(history.replay.knownKeyIds() == [AccessKeyID("AKIAOLD")])
    history.state("two", at: 41)
    #expect(history.replay.knownKeyIds().isEmpty)
    history.intent("three", at: 42, known: ["AKIANEW"])
    #expect(history.replay.knownKeyIds() == [AccessKeyID("AKIANEW")])
  }

  @Test("Every run that took the lease and didn't give it back has its tenure")
  mutating func tenures() throws {
    history.intent("one", at: 0)
    history.intent("two", host: "b", at: 45)
    history.intent("three", at: 90)
    let left = try #require(history.replay.unfinished(except: "three"))
    #expect(left.holder == LeaseHolder(runId: "two", host: "b"))
    #expect(
      left.tenures == [
        Tenure(since: History.time(0), until: History.time(30)),
        Tenure(since: History.time(45), until: History.time(75)),
      ])
    #expect(history.replay.unfinished(except: nil)?.tenures.count == 3)
  }
}
