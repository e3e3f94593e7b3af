import FoundationEssentials
import Glibc
import RotationExecutor
import Testing

/// Looking for anchors costs some blocks of the file, and finds what is there.
struct AuditSearchTests {
  @Test func everyEntryOfALogIsFoundAndNoOther() throws {
    let log = try AuditLog(storage: longLog())
    for head in try heads(longLog()) {
      #expect(try log.find(head) == .found)
      let other = AuditHead(sequence: head.sequence, hash: String(repeating: "a", count: 64))
      #expect(try log.find(other) == .differs)
    }
    #expect(try log.find(AuditHead(sequence: 0, hash: AuditHead.genesis.hash)) == .outOfReach)
    #expect(try log.find(AuditHead(sequence: -5, hash: log.head.hash)) == .outOfReach)
    #expect(try log.find(AuditHead(sequence: .max, hash: log.head.hash)) == .missing)
  }

  /// For each anchor a bounded number of reads and bytes, whatever the log's length and the number
  /// of anchors.
  @Test(arguments: [50, 500, 5000])
  func anAnchorCostsTheSameAmongManyAndInALongLog(anchors: Int) throws {
    let memory = try longLog()
    let all = try heads(memory)
    let storage = CountingStorage(memory)
    let log = try AuditLog(storage: storage)
    storage.forget()
    for number in 0..<anchors {
      #expect(try log.find(all[number * 7919 % all.count]) == .found)
    }
    #expect(memory.bytes.count > 1 << 20)
    #expect(storage.reads <= 12 * anchors, "\(storage.reads) reads")
    #expect(storage.bytes <= anchors << 15, "\(storage.bytes) bytes")
  }

  @Test func tearsInBetweenAreNoObstacle() throws {
    var bytes: [UInt8] = []
    var all: [AuditHead] = []
    for size in [0, 1, 40, 3000, 70_000, 1 << 20] {
      let memory = AuditMemory(bytes + [UInt8](repeating: 0, count: size))
      let log = try AuditLog(storage: memory)
      for _ in 0..<40 { try log.change(draft(run: "run-\(size)", detail: detail(size))) }
      all.append(log.head)
      // Half a line, that the next run seals.
      bytes = Array(memory.bytes.dropLast(size == 40 ? 77 : 0))
    }
    let memory = AuditMemory(bytes)
    let log = try AuditLog(storage: memory)
    for head in try heads(memory) where head.sequence < log.head.sequence {
      #expect(try log.find(head) == .found)
    }
  }

  /// Numbers that don't ascend, junk, a log within a log: an answer, and soon.
  @Test func aLogThatWasTamperedWithGivesAnAnswer() throws {
    let good = try longLog().bytes
    let lines = good.split(separator: UInt8(ascii: "\n")).map { Array($0) + [UInt8(ascii: "\n")] }
    let last = try #require(lines.last)
    let junk = [UInt8](repeating: UInt8(ascii: "x"), count: 5 << 20)
    let head = try #require(try heads(AuditMemory(good)).dropLast(100).last)
    let forgeries: [[UInt8]] = [
      Array(lines.reversed().dropFirst().joined()) + last,
      junk + [UInt8(ascii: "\n")] + last,
      Array(lines.prefix(3).joined()) + junk + [UInt8(ascii: "\n")] + last,
      Array(repeatElement(last, count: 900).joined()),
      Array(
        repeatElement(Array("{\"sequence\":9007199254740992,\n".utf8), count: 20_000).joined())
        + last,
    ]
    for (number, forgery) in forgeries.enumerated() {
      let storage = CountingStorage(AuditMemory(forgery))
      let log = try AuditLog(storage: storage)
      storage.forget()
      #expect(try log.find(head) == .differs, "forgery \(number)")
      #expect(storage.bytes < 30 << 20 && storage.reads < 200, "forgery \(number)")
    }
  }

  @Test func anAnchorIsFoundInAFileThatWasPutAway() throws {
    try withDirectory { directory in
      let path = "\(directory)/audit.jsonl"
      var all: [AuditHead] = []
      for number in 0..<4 {
        let log = try AuditLog.open(path: path)
        for _ in 0..<9 {
          try log.change(draft(run: "run-\(number)"))
          all.append(log.head)
        }
        guard number < 3 else { continue }
        for old in stride(from: number, to: 0, by: -1) {
          #expect(rename("\(path).\(old)", "\(path).\(old + 1)") == 0)
        }
        #expect(rename(path, "\(path).1") == 0)
      }
      var log = try AuditLog.open(path: path)
      for head in all { #expect(try log.find(head) == .found) }
      let wrong = AuditHead(sequence: all[2].sequence, hash: all[3].hash)
      #expect(try log.find(wrong) == .differs)

      // Taken elsewhere, or not what this log went on from: nothing is claimed.
      #expect(rename("\(path).2", "\(path).away") == 0)
      log = try AuditLog.open(path: path)
      #expect(try log.find(all[17]) == .outOfReach)
      #expect(try log.find(all[18]) == .found)
      #expect(rename("\(path).3", "\(path).1") == 0)
      log = try AuditLog.open(path: path)
      #expect(try log.find(all[2]) == .outOfReach)
    }
  }

  // MARK: -

  private func detail(_ number: Int) -> String {
    String(repeating: "x", count: number * 131 % 1009)
  }

  private static let shared = try? makeLongLog()

  private func longLog() throws -> AuditMemory {
    AuditMemory(try #require(Self.shared))
  }

  /// Short lines first, then ever longer ones: no guess by averages is right.
  private static func makeLongLog() throws -> [UInt8] {
    let memory = AuditMemory()
    let log = try AuditLog(storage: memory)
    for number in 0..<40 {
      let detail = String(repeating: "x", count: number < 20 ? number : 25 * number)
      _ = try log.recordIntents((0..<50).map { _ in draft(detail: detail) })
    }
    return memory.bytes
  }

  private func heads(_ memory: AuditMemory) throws -> [AuditHead] {
    let fields = memory.bytes.split(separator: UInt8(ascii: "\n")).compactMap {
      line -> AuditHead? in
      let text = String(decoding: line, as: UTF8.self)
      guard text.hasPrefix("{\"sequence\":"), text.hasSuffix("\"}") else { return nil }
      return Int(text.dropFirst(12).prefix { $0 != "," }).map {
        AuditHead(sequence: $0, hash: String(text.dropLast(2).suffix(64)))
      }
    }
    return fields
  }
}

/// Counts what is read.
private final class CountingStorage: AuditStorage, @unchecked Sendable {
  private let memory: AuditMemory
  private(set) var reads = 0
  private(set) var bytes = 0

  init(_ memory: AuditMemory) { self.memory = memory }

  var path: String { memory.path }

  func forget() { (reads, bytes) = (0, 0) }

  func size() throws(AuditFailure) -> Int { try memory.size() }

  func read(at offset: Int, count: Int) throws(AuditFailure) -> [UInt8] {
    let found = try memory.read(at: offset, count: count)
    reads += 1
    bytes += found.count
    return found
  }

  func append(_ bytes: [UInt8]) throws(AuditFailure) { try memory.append(bytes) }
  func sync() throws(AuditFailure) { try memory.sync() }
}
