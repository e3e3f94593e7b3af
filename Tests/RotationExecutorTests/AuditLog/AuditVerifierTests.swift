import FoundationEssentials
import RotationExecutor
import Testing

struct AuditVerifierTests {
  @Test func aLogOfWholeEntriesIsIntact() throws {
    let memory = try sampleLog()
    let found = try AuditVerifier.verify([memory])
    #expect(found.isTrustworthy && found.entries == 6 && found.sealedTears == 0)
    #expect(found.head == (try AuditLog(storage: memory)).head)
    #expect(try AuditVerifier.verify([AuditMemory()]).isTrustworthy)
  }

  /// A bit that flips in the last line may look like a torn write; it is reported all the same.
  @Test func everyFlippedBitIsFound() throws {
    let bytes = try smallLog().bytes
    let lastLine = bytes.dropLast().lastIndex(of: UInt8(ascii: "\n")) ?? 0
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << bit
        let found = try AuditVerifier.verify([AuditMemory(changed)])
        let isReported = found.defect != nil || (index > lastLine && found.unsealedTear != nil)
        #expect(isReported, "bit \(bit) of byte \(index)")
      }
    }
  }

  /// Cut at every byte: the next run goes on, seals what is torn, and hides nothing.
  @Test func aLogTornAtAnyByteIsSealedByTheNextEntry() throws {
    let bytes = try smallLog().bytes
    for length in 0...bytes.count {
      let whole = length == 0 || bytes[length - 1] == UInt8(ascii: "\n")
      let memory = AuditMemory(Array(bytes[..<length]))
      let before = try AuditVerifier.verify([memory])
      #expect(before.isIntact && (before.unsealedTear == nil) == whole)

      try AuditLog(storage: memory).change(draft(run: "run-2"))
      let after = try AuditVerifier.verify([memory])
      #expect(after.isTrustworthy && after.unsealedTear == nil, "cut at \(length): \(after)")
      #expect(after.sealedTears == (whole ? 0 : 1))
      #expect(memory.bytes.starts(with: bytes[..<length]))
      #expect(try AuditLog(storage: memory).unresolvedIntents().isEmpty)
    }
  }

  /// The write that seals a tear is itself cut at every byte.
  @Test func theSealMayBeTornAtAnyByteToo() throws {
    let torn = Array(try smallLog().bytes.dropLast(100))
    let sealed = AuditMemory(torn)
    try AuditLog(storage: sealed).change(draft(run: "run-2"))
    for length in torn.count...sealed.bytes.count {
      let memory = AuditMemory(Array(sealed.bytes[..<length]))
      #expect(try AuditVerifier.verify([memory]).isIntact, "cut at \(length)")
      try AuditLog(storage: memory).change(draft(run: "run-3"))
      let after = try AuditVerifier.verify([memory])
      #expect(after.isTrustworthy && after.unsealedTear == nil, "cut at \(length): \(after)")
      #expect(memory.bytes.starts(with: sealed.bytes[..<length]))
    }
  }

  @Test func pagesThatTheDiskNeverGotAreATear() throws {
    let bytes = try sampleLog().bytes
    let zeros = [UInt8](repeating: 0, count: 300_000)
    let memory = AuditMemory(bytes + zeros + Array("end\"}\n".utf8))
    #expect(try AuditVerifier.verify([memory]).unsealedTear?.bytes == 300_006)
    try AuditLog(storage: memory).change(draft())
    let after = try AuditVerifier.verify([memory])
    #expect(after.isTrustworthy && after.sealedTears == 1)
  }

  @Test func aChangedOrRemovedTearIsFound() throws {
    let torn = Array(try sampleLog().bytes.dropLast(100))
    let sealed = AuditMemory(torn)
    try AuditLog(storage: sealed).change(draft(run: "run-2"))
    var changed = sealed.bytes
    changed[torn.count - 10] ^= 1
    #expect(try defect(changed)?.code == .wrongSeal)
    let start = (torn.lastIndex(of: UInt8(ascii: "\n")) ?? 0) + 1
    let end = try #require(sealed.bytes[start...].firstIndex(of: UInt8(ascii: "\n")))
    let removed = Array(sealed.bytes[..<start] + sealed.bytes[(end + 1)...])
    #expect(try defect(removed)?.code == .wrongSeal)
  }

  @Test func aLineThatIsMissingOrMovedIsNamed() throws {
    let lines = try sampleLog().bytes.split(separator: UInt8(ascii: "\n")).map { $0 + [10] }
    func defect(_ order: [Int]) throws -> AuditVerification.Defect? {
      try self.defect(order.flatMap { lines[$0] })
    }
    #expect(try defect([0, 1, 2, 3, 4, 5]) == nil)
    #expect(try defect([0, 1, 3, 4, 5])?.code == .sequenceGap)
    #expect(try defect([0, 1, 3, 4, 5])?.line == 3)
    #expect(try defect([0, 1, 1, 2])?.line == 3)
    #expect(try defect([1, 2, 3])?.code == .noBeginning)
    let other = AuditMemory()
    try AuditLog(storage: other).change(draft("DeleteAccessKey"))
    let mixed = lines[0] + other.bytes.split(separator: 10)[1] + [10]
    #expect(try self.defect(Array(mixed))?.code == .chainBroken)
  }

  @Test func aDamagedNewestEntryIsNotWrittenAfter() throws {
    var bytes = try sampleLog().bytes
    bytes[bytes.count - 200] ^= 1
    let refused = try failure { _ = try AuditLog(storage: AuditMemory(bytes)) }
    #expect(refused.code == .damaged && refused.description.contains("rotate audit verify"))
    for other in ["root:x:0:0::/root:/bin/sh\n", "{\n}", "SQLite format 3\0", "{\"sequel\":"] {
      let refused = try failure { _ = try AuditLog(storage: AuditMemory(Array(other.utf8))) }
      #expect(refused.code == .damaged)
    }
  }

  @Test func anchorsFindALogThatWasCutOrRewritten() throws {
    let memory = try sampleLog()
    let lines = memory.bytes.split(separator: 10).map { $0 + [10] }
    let heads = try lines.map { try AuditEntry(line: $0.dropLast()).head }
    let anchors = [
      AuditAnchor(host: "host-1", head: heads[4]),
      AuditAnchor(host: "host-1", head: AuditHead(sequence: 2, hash: heads[3].hash)),
      AuditAnchor(host: "host-2", head: AuditHead(sequence: 2, hash: heads[3].hash)),
    ]
    let whole = try AuditVerifier.verify([memory], anchors: anchors)
    #expect(whole.anchors == [.found, .differs, .anotherHost] && !whole.isTrustworthy)
    let cut = AuditMemory(lines[..<4].flatMap { $0 })
    let found = try AuditVerifier.verify([cut], anchors: [anchors[0]])
    #expect(found.anchors == [.missing] && found.isIntact && !found.isTrustworthy)
    let gone = try AuditVerifier.verify([AuditMemory()], anchors: [anchors[0]], host: "host-1")
    #expect(gone.anchors == [.missing])
  }

  @Test func aRotatedLogStaysOneChain() throws {
    for tornBytes in [0, 100] {
      let first = AuditMemory(Array(try sampleLog().bytes.dropLast(tornBytes)), path: "log.1")
      let second = AuditMemory(path: "log")
      let log = try AuditLog(storage: second, older: AuditLog(storage: first))
      #expect(try log.unresolvedIntents().count == (tornBytes > 0 ? 1 : 0))
      try log.change(draft(run: "run-2"))
      try log.change(draft(run: "run-2"))
      #expect(try log.unresolvedIntents().isEmpty)
      let both = try AuditVerifier.verify([first, second])
      #expect(both.isTrustworthy && both.sealedTears == (tornBytes > 0 ? 1 : 0), "\(both)")
      #expect(both.head == log.head)
      let alone = try AuditVerifier.verify([second])
      #expect(alone.isIntact && alone.firstSequence == 7 && alone.head == log.head)
      #expect(try AuditVerifier.verify([second, first]).defect?.code == .sequenceGap)
    }
  }

  @Test func readingShowsWhatMatches() throws {
    let memory = AuditMemory()
    let log = try AuditLog(storage: memory)
    for number in 0..<100 {
      let user = "user-\(number % 5)"
      try log.change(draft(run: "run-\(number % 2)", user: user, at: Double(number)))
    }
    let reader = AuditReader([AuditMemory(memory.bytes + Array("torn".utf8))])
    let first = try reader.page(matching: AuditFilter(user: "user-3"), limit: 7)
    #expect(first.entries.count == 7 && first.hasMore && first.entries.first?.sequence == 7)
    let next = try reader.page(
      matching: AuditFilter(user: "user-3"), after: first.entries[6].sequence, limit: 100)
    #expect(next.entries.count == 33 && !next.hasMore && next.unreadableLines == 1)
    let since = AuditFilter(runId: "run-1", since: Date(timeIntervalSince1970: 90))
    #expect(try reader.page(matching: since, limit: 100).entries.count == 10)
    let newest = try reader.newest(limit: 3)
    #expect(newest.entries.map(\.sequence) == [198, 199, 200] && newest.hasMore)
  }

  /// Three lines, for what is tried at every byte.
  private func smallLog() throws -> AuditMemory {
    let memory = AuditMemory()
    let log = try AuditLog(storage: memory)
    try log.change(draft())
    _ = try log.recordIntent(draft("PutParameter"))
    return memory
  }

  private func defect(_ bytes: [UInt8]) throws -> AuditVerification.Defect? {
    try AuditVerifier.verify([AuditMemory(bytes)]).defect
  }
}
