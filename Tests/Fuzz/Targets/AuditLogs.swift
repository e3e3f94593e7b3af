import LibCrypto
import RotationExecutor

import struct FoundationEssentials.Date

/// The audit log, read by the verifier, by `audit show`, and by the next run that goes on from it.
enum AuditLogs {
  static func read(_ input: [UInt8]) throws(BrokenPromise) {
    guard let before = try? AuditVerifier.verify([AuditMemory(input)]),
      let page = try? AuditReader([AuditMemory(input)]).newest(limit: 1_000)
    else { throw BrokenPromise(message: "memory can't be unreadable") }
    if before.isIntact, !page.hasMore {
      try BrokenPromise.unless(
        page.entries.count == before.entries
          && page.entries.last?.hash ?? before.head.hash == before.head.hash,
        "show and verify see different entries")
    }
    try goOn(from: input, before)
  }

  /// The next run refuses the log, or what it adds can be verified wherever the rest could.
  private static func goOn(
    from input: [UInt8], _ before: AuditVerification
  ) throws(BrokenPromise) {
    let storage = AuditMemory(input)
    let draft = AuditDraft(
      time: Date(timeIntervalSince1970: 1_800_000_000), runId: "fuzz", host: "fuzz",
      action: "CreateAccessKey")
    let heads: [AuditHead]
    do throws(AuditFailure) {
      let log = try AuditLog(storage: storage)
      _ = try log.unresolvedIntents()
      _ = try log.find(AuditHead(sequence: 1, hash: String(repeating: "a", count: 64)))
      heads = try log.recordIntents([draft])
    } catch {
      return try BrokenPromise.unless(
        !before.isIntact || before.unsealedTear != nil || before.entries == 0,
        "an intact log is refused: \(error)")
    }
    try BrokenPromise.unless(storage.durableBytes.starts(with: input), "it changed what was there")
    let after = try? AuditVerifier.verify([storage])
    if before.isIntact {
      try BrokenPromise.unless(
        after?.isIntact == true && after?.unsealedTear == nil && after?.head == heads.last,
        "an intact log is damaged: \(String(describing: after?.defect))")
    }
  }

  /// Entries as somebody would forge them: each line, an object without its hashes, gets the right
  /// ones. Only so do odd values reach what stands behind the check of the hash.
  static func readChained(_ input: [UInt8]) throws(BrokenPromise) {
    var log: [UInt8] = []
    var previous = AuditHead.genesis.hash
    for line in input.split(separator: UInt8(ascii: "\n")).prefix(50) {
      guard line.last == UInt8(ascii: "}") else { continue }
      let body = line.dropLast() + Array(",\"previousHash\":\"\(previous)\"".utf8)
      let hash = SHA256.hexDigest(of: Array(body) + [UInt8(ascii: "}")])
      log += body + Array(",\"hash\":\"\(hash)\"}\n".utf8)
      previous = hash
    }
    try read(log)
  }
}
