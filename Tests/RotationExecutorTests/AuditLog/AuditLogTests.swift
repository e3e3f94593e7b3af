import FoundationEssentials
import RotationExecutor
import Testing

struct AuditLogTests {
  @Test func linesAreTheSameBytesEachTime() throws {
    let memory = AuditMemory()
    _ = try AuditLog(storage: memory).recordIntent(draft(detail: "first"))
    // The hash is by Python: json.dumps(entry, separators=(",", ":")), hashlib.sha256.
    let line = """
      {"sequence":1,"time":"2027-01-15T08:00:00.120Z","runId":"run-1","host":"host-1",\
      "actor":"arn:aws:iam::111122223333:role/rotate","user":"deployer","accessKeyId":null,\
      "action":"CreateAccessKey","phase":"intent","intent":null,"result":null,"requestId":null,\
      "detail":"first","previousHash":"\(String(repeating: "0", count: 64))",\
      "hash":"c976b531827ac757c0ecbc99988d9551ee7e3926b4ff83cca76c1b1666a9f009"}

      """
    #expect(String(decoding: memory.bytes, as: UTF8.self) == line)
  }

  @Test func anIntentIsDurableBeforeTheCallReturns() throws {
    let memory = AuditMemory()
    let log = try AuditLog(storage: memory)
    let intent = try log.recordIntent(draft())
    #expect(memory.durableBytes == memory.bytes)
    try log.recordOutcome(draft(), of: intent, .ok, requestId: "r")
    #expect(memory.durableBytes.count < memory.bytes.count)
    try log.sync()
    #expect(memory.durableBytes == memory.bytes)
  }

  @Test func anOutcomeNamesItsIntent() throws {
    let memory = AuditMemory()
    let log = try AuditLog(storage: memory)
    let intents = try log.recordIntents([draft("PutParameter"), draft("PutParameter")])
    try log.recordOutcome(draft("PutParameter"), of: intents[1], .failed, requestId: nil)
    let open = try AuditLog(storage: memory).unresolvedIntents()
    #expect(open.map(\.sequence) == [intents[0].sequence])
  }

  @Test func theNextRunAccountsForWhatTheLastOneLeftOpen() throws {
    let memory = AuditMemory()
    _ = try AuditLog(storage: memory).recordIntent(draft("DeleteAccessKey", key: "AKIAOLD"))
    let next = try AuditLog(storage: memory)
    #expect(try next.unresolvedIntents().map(\.action) == ["DeleteAccessKey"])
    _ = try next.recordIntent(draft("CreateAccessKey", run: "run-2"))
    #expect(try next.unresolvedIntents().isEmpty)

    let account = try entry(2, in: memory)
    #expect(account.result == .unknown && account.intent == 1 && account.runId == "run-2")
    #expect(account.accessKeyId == "AKIAOLD")
    #expect(account.detail?.contains("run-1") == true)
    // Its own intent is now the only one open.
    #expect(try AuditLog(storage: memory).unresolvedIntents().map(\.sequence) == [3])
  }

  @Test func theTimeKeepsItsMillisecondsWhateverTheClockSays() throws {
    let memory = AuditMemory()
    let log = try AuditLog(storage: memory)
    let times = [0.001, -0.001, 1e18, -1e18, .nan, .infinity, 1_799_999_999.9996]
    for time in times { _ = try log.recordIntent(draft(at: time)) }
    let texts = [
      "1970-01-01T00:00:00.001Z", "1969-12-31T23:59:59.999Z", "9999-12-31T23:59:59.000Z",
    ]
    for (line, text) in zip(memory.bytes.split(separator: UInt8(ascii: "\n")), texts) {
      #expect(String(decoding: line, as: UTF8.self).contains("\"time\":\"\(text)\""))
    }
    #expect(try AuditLog(storage: memory).head.sequence == times.count)
  }

  @Test func aLongDetailIsCutAndALongLineRefused() throws {
    let memory = AuditMemory()
    let log = try AuditLog(storage: memory)
    _ = try log.recordIntent(draft(detail: String(repeating: "x", count: 100_000)))
    #expect(try entry(1, in: memory).detail?.count == 1024)
    let user = String(repeating: "x", count: 65_536)
    let refused = try failure { _ = try log.recordIntent(draft(user: user)) }
    #expect(refused.code == .entryTooLong)
    _ = try log.recordIntent(draft())
    #expect(log.head.sequence == 2)
  }

  @Test func anAnchorIsFoundOrMissedAtTheNextRun() throws {
    let memory = try sampleLog()
    let log = try AuditLog(storage: memory)
    let third = try entry(3, in: memory).head
    #expect(try log.find(third) == .found)
    #expect(try log.find(log.head) == .found)
    #expect(try log.find(AuditHead(sequence: 3, hash: log.head.hash)) == .differs)
    #expect(try log.find(AuditHead(sequence: 7, hash: third.hash)) == .missing)
  }

  @Test func threadsShareOneChain() throws {
    let memory = AuditMemory()
    let log = try AuditLog(storage: memory)
    let threads = Threads(8) { thread in
      for number in 0..<50 {
        try? log.change(draft(run: "run-\(thread)", detail: "change \(number)"))
      }
    }
    threads.join()
    #expect(log.head.sequence == 800)
    var head = AuditHead.genesis
    for line in memory.bytes.split(separator: UInt8(ascii: "\n")) {
      let entry = try AuditEntry(line: line)
      #expect(entry.previousHash == head.hash && entry.sequence == head.sequence + 1)
      head = entry.head
    }
    #expect(head == log.head)
    #expect(try AuditLog(storage: memory).unresolvedIntents().isEmpty)
  }

  private func entry(_ sequence: Int, in memory: AuditMemory) throws -> AuditEntry {
    try AuditEntry(line: memory.bytes.split(separator: UInt8(ascii: "\n"))[sequence - 1])
  }
}
