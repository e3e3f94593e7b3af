internal import LibCrypto

/// Checks every line of a log and the chain from one to the next, across rotated files, in memory
/// that doesn't grow with the log.
package struct AuditVerifier {
  private var result = AuditVerification()
  private var path = ""
  /// What stands after the newest entry, with the marks and newlines in it.
  private var torn: [UInt8] = []
  private var tornLine = 0
  /// Whether the line being read, of which there may be several parts, holds a zero.
  private var lineHasZero = false
  private let anchors: [AuditAnchor]
  private let wanted: Set<Int>
  private var hashes: [Int: String] = [:]
  private var hosts: Set<String>

  /// - Parameters:
  ///   - files: one log's files, the oldest first.
  ///   - anchors: heads from records, to be looked for.
  ///   - host: who is known to write this log (`RunLock.host(at:)`), even if no entry says so.
  /// - Throws: only where a file can't be read. What is wrong with the log is in the result.
  package static func verify(
    _ files: [any AuditStorage], anchors: [AuditAnchor] = [], host: String? = nil
  ) throws(AuditFailure) -> AuditVerification {
    var verifier = AuditVerifier(anchors: anchors, host: host)
    for file in files { try verifier.read(file) }
    return verifier.finish()
  }

  /// The same for paths.
  package static func verify(
    paths: [String], anchors: [AuditAnchor] = [], host: String? = nil
  ) throws(AuditFailure) -> AuditVerification {
    var files: [AuditFile] = []
    for path in paths { files.append(try AuditFile.openToRead(path)) }
    return try verify(files, anchors: anchors, host: host)
  }

  private init(anchors: [AuditAnchor], host: String?) {
    self.anchors = anchors
    wanted = Set(anchors.map(\.head.sequence))
    hosts = host.map { [$0] } ?? []
  }

  private mutating func read(_ file: any AuditStorage) throws(AuditFailure) {
    // A tear is sealed in its own file: the next one must not begin with that.
    refuseTear()
    path = file.path
    var lines = AuditLineReader(file)
    while result.defect == nil, let line = try lines.next() { check(line) }
  }

  private mutating func check(_ line: AuditLineReader.Line) {
    var reason = AuditLineDefect.notAnEntry
    if line.startsLine, line.endsLine {
      do throws(AuditLineDefect) {
        return follow(try AuditEntry(line: line.bytes), line.number)
      } catch {
        reason = error
      }
    }
    if torn.isEmpty { tornLine = line.number }
    torn += line.bytes + (line.endsLine ? [UInt8(ascii: "\n")] : [])
    lineHasZero = (lineHasZero && !line.startsLine) || line.bytes.contains(0)

    let isMarked = torn.suffix(AuditTear.mark.count).elementsEqual(AuditTear.mark)
    if torn.count > AuditTear.limit {
      fail(.notAnEntry, line.number, "\(torn.count) bytes hold no entry")
    } else if line.endsLine, !lineHasZero, !isMarked {
      switch reason {
      case .notAnEntry: fail(.notAnEntry, line.number, "it is no entry")
      case .hashMismatch: fail(.hashMismatch, line.number, "it was changed after it was written")
      }
    }
  }

  private mutating func follow(_ entry: AuditEntry, _ line: Int) {
    checkSeal(entry, line)
    checkChain(entry, line)
    guard result.defect == nil else { return }
    result.entries += 1
    result.firstSequence = result.firstSequence ?? entry.sequence
    result.head = entry.head
    if wanted.contains(entry.sequence) { hashes[entry.sequence] = entry.hash }
    hosts.insert(entry.host)
  }

  private mutating func checkSeal(_ entry: AuditEntry, _ line: Int) {
    let seals = entry.action == AuditAction.sealTornLine
    guard seals else { return refuseTear() }
    let bytes = torn.dropLast(AuditTear.mark.count)
    let detail = AuditTear.detail(bytes, hash: SHA256.hexDigest(of: Array(bytes)))
    guard !torn.isEmpty, entry.detail == detail else {
      return fail(.wrongSeal, line, "the torn bytes it seals were changed or removed")
    }
    result.sealedTears += 1
    torn = []
  }

  private mutating func checkChain(_ entry: AuditEntry, _ line: Int) {
    let isFirst = result.firstSequence == nil
    if isFirst, entry.sequence > 1 {
      guard AuditAction.beginnings.contains(entry.action) else {
        return fail(
          .noBeginning, line, "the log begins with entry \(entry.sequence): those before are gone")
      }
      return
    }
    guard entry.sequence == result.head.sequence + 1 else {
      return fail(
        .sequenceGap, line, "entry \(entry.sequence) follows entry \(result.head.sequence)")
    }
    guard entry.previousHash == result.head.hash else {
      return fail(.chainBroken, line, "the entry before it is not the one it followed")
    }
  }

  private mutating func refuseTear() {
    guard !torn.isEmpty else { return }
    fail(.unsealedTear, tornLine, "\(torn.count) torn bytes that no entry seals")
  }

  /// Only the first defect counts.
  private mutating func fail(
    _ code: AuditVerification.Defect.Code, _ line: Int, _ problem: String
  ) {
    guard result.defect == nil else { return }
    result.defect = .init(code: code, path: path, line: line, problem: problem)
  }

  private mutating func finish() -> AuditVerification {
    if result.defect == nil, !torn.isEmpty {
      result.unsealedTear = .init(path: path, line: tornLine, bytes: torn.count)
    }
    result.anchors = anchors.map(find)
    return result
  }

  private func find(_ anchor: AuditAnchor) -> AuditAnchor.Finding {
    let hash = hashes[anchor.head.sequence]
    if hash == anchor.head.hash { return .found }
    guard hosts.contains(anchor.host) else { return .anotherHost }
    if hash != nil { return .differs }
    return anchor.head.sequence > result.head.sequence && result.isIntact ? .missing : .outOfReach
  }
}
