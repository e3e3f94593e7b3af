import FoundationEssentials
import Glibc
import RotationExecutor
import Testing

struct AuditFileTests {
  @Test func aLogAndItsDirectoryAreMadeForTheirOwnerOnly() throws {
    try withDirectory { directory in
      let path = "\(directory)/rotate/audit.jsonl"
      try AuditLog.open(path: path).change(draft())
      try AuditLog.open(path: path).change(draft(run: "run-2"))
      #expect(try AuditVerifier.verify(paths: [path]).entries == 4)
      #expect(try mode(path) & 0o7137 == 0)
      #expect(try mode("\(directory)/rotate") & 0o027 == 0)
    }
  }

  @Test func whatIsNoLogOfOursIsRefusedWithAdvice() throws {
    try withDirectory { directory in
      let log = "\(directory)/audit.jsonl"
      try AuditLog.open(path: log).change(draft())
      func refused(_ path: String) throws -> AuditFailure {
        let refused = try failure { _ = try AuditLog.open(path: path) }
        #expect(refused.path == path && refused.description.contains(path))
        #expect(refused.advice.count > 10)
        return refused
      }
      #expect(symlink(log, "\(directory)/link") == 0)
      #expect(try refused("\(directory)/link").code == .symbolicLink)
      #expect(symlink("\(directory)/nowhere", "\(directory)/dangling") == 0)
      #expect(try refused("\(directory)/dangling").code == .symbolicLink)
      #expect(try refused("\(directory)/a/b/audit.jsonl").code == .noDirectory)
      #expect(try refused("\(log)/audit.jsonl").code == .noDirectory)
      #expect(try refused(directory).code == .notAFile)
      #expect(mkfifo("\(directory)/fifo", 0o600) == 0)
      #expect(try refused("\(directory)/fifo").code == .notAFile)
      #expect(try refused("/dev/full").code == .notAFile)
      for bits: mode_t in [0o660, 0o602] {
        #expect(chmod(log, bits) == 0)
        #expect(try refused(log).code == .writableByOthers)
      }
      #expect(chmod(log, 0o600) == 0)
      if geteuid() == 0 {
        #expect(chown(log, 65534, 0) == 0)
        #expect(try refused(log).code == .wrongOwner)
        #expect(try refused(log).advice.contains("sudo -u nobody rotate"))
      }
    }
  }

  /// A log that root made there for itself would keep the service out.
  @Test(.enabled(if: geteuid() == 0))
  func rootGoesOnWithTheLogOfTheServiceAsItsUser() throws {
    try withDirectory { directory in
      #expect(mkdir("\(directory)/log", 0o700) == 0 && chmod(directory, 0o755) == 0)
      #expect(chown("\(directory)/log", 65534, 65534) == 0)
      let path = "\(directory)/log/audit.jsonl"
      let lock = RunLock.path(forLogAt: path)
      #expect(try AuditExamination.examine(path) == .canBeMade)
      for run in ["run-1", "run-2"] {
        let held = try RunLock.acquire(path: lock, runId: run, now: Date(), sleep: { _ in })
        try AuditLog.open(path: path).change(draft(run: run))
        held.release()
      }
      for file in [path, lock] {
        var status = stat()
        #expect(stat(file, &status) == 0 && status.st_uid == 65534)
      }
      #expect(try AuditExamination.examine(path) == .writable)
      #expect(try AuditVerifier.verify(paths: [path]).entries == 4)
      // With that user's rights, and no more: root isn't led to what they couldn't write.
      #expect(unlink(path) == 0 && symlink("/etc/passwd", path) == 0)
      try expect(.symbolicLink) { _ = try AuditLog.open(path: path) }
      #expect(unlink(path) == 0 && chown("\(directory)/log", 65534, 0) == 0)
      #expect(rename(lock, "\(directory)/log/other") == 0)
      #expect(FileManager.default.createFile(atPath: "\(directory)/victim", contents: nil))
      #expect(link("\(directory)/victim", path) == 0)
      #expect(chmod("\(directory)/victim", 0o600) == 0)
      try expect(.cannotOpen) { _ = try AuditLog.open(path: path) }
    }
  }

  /// One rule for all files that decide what the program does; a file that is new counts, too.
  @Test func aDirectoryOnTheWayThatOthersCanWriteIsRefused() throws {
    try withDirectory { directory in
      #expect(mkdir("\(directory)/a", 0o700) == 0 && mkdir("\(directory)/a/b", 0o700) == 0)
      let path = "\(directory)/a/b/audit.jsonl"
      let lock = RunLock.path(forLogAt: path)
      func all(_ expected: AuditFailure.Code) throws {
        try expect(expected) { _ = try AuditLog.open(path: path) }
        try expect(expected) { _ = try AuditExamination.examine(path) }
        try expect(expected) {
          _ = try RunLock.acquire(path: lock, runId: "run-1", now: Date(), sleep: { _ in })
        }
      }
      for place in ["\(directory)/a", "\(directory)/a/b"] {
        #expect(chmod(place, 0o777) == 0)
        try all(.writableByOthers)
        #expect(access(path, F_OK) != 0 && access(lock, F_OK) != 0)
        #expect(chmod(place, 0o700) == 0)
      }
      try AuditLog.open(path: path).change(draft())
      guard geteuid() == 0 else { return }
      #expect(chown("\(directory)/a", 65534, 65534) == 0)
      try all(.writableByOthers)
    }
  }

  /// What is written to it would be written to the other file, too.
  @Test func aHardLinkOfAnotherFileIsRefused() throws {
    try withDirectory { directory in
      let path = "\(directory)/audit.jsonl"
      let lock = RunLock.path(forLogAt: path)
      let victim = "\(directory)/victim"
      for file in [path, lock] {
        #expect(FileManager.default.createFile(atPath: victim, contents: Data("kept".utf8)))
        #expect(chmod(victim, 0o600) == 0 && link(victim, file) == 0)
        try expect(.hardLink) {
          let held = try RunLock.acquire(path: lock, runId: "run-1", now: Date(), sleep: { _ in })
          defer { held.release() }
          try AuditLog.open(path: path).change(draft())
        }
        #expect(try contents(victim) == Array("kept".utf8))
        for name in [path, lock, victim] { unlink(name) }
      }
    }
  }

  @Test func aLogThatSomebodyChangesDuringTheRunIsNotWritten() throws {
    try withDirectory { directory in
      let path = "\(directory)/audit.jsonl"
      let log = try AuditLog.open(path: path)
      try log.change(draft())
      try AuditLog.open(path: path).change(draft(run: "run-2"))
      let changed = try failure { _ = try log.recordIntent(draft()) }
      #expect(changed.code == .changedUnderneath)

      let next = try AuditLog.open(path: path)
      #expect(unlink(path) == 0)
      try expect(.changedUnderneath) { _ = try next.recordIntent(draft()) }
    }
  }

  @Test func logRotationByRenamingKeepsTheChain() throws {
    try withDirectory { directory in
      let path = "\(directory)/audit.jsonl"
      let log = try AuditLog.open(path: path)
      _ = try log.recordIntent(draft())
      #expect(rename(path, path + ".1") == 0)
      // A run that has the old file open goes on in it.
      try log.change(draft("PutParameter"))
      try AuditLog.open(path: path).change(draft(run: "run-2"))
      let found = try AuditVerifier.verify(paths: [path + ".1", path])
      #expect(found.isTrustworthy && found.entries == 3 + 1 + 1 + 2)
      #expect(try AuditLog.open(path: path).unresolvedIntents().isEmpty)
    }
  }

  @Test(arguments: [true, false])
  func aFullDiskStopsTheRunAndTheTornEntryIsSealed(isTorn: Bool) throws {
    let memory = AuditMemory()
    let log = try AuditLog(storage: memory)
    try log.change(draft())
    memory.limit(to: memory.bytes.count + (isTorn ? 50 : 0))
    let head = log.head
    for _ in 0..<3 {
      try expect(.diskFull) { _ = try log.recordIntent(draft()) }
    }
    #expect(log.head == head)
    memory.limit(to: nil)
    try log.change(draft())
    let found = try AuditVerifier.verify([memory])
    #expect(found.isTrustworthy && found.sealedTears == (isTorn ? 1 : 0) && found.head == log.head)
  }

  @Test(.enabled(if: SmallDisk.isAvailable, "mounting a file system takes root"))
  func aReallyFullDiskStopsTheRunAndTheTornEntryIsSealed() throws {
    try withDirectory { directory in
      let path = "\(directory)/audit.jsonl"
      let didRun = SmallDisk.run(on: directory, options: "size=16k,mode=0700") {
        #expect(throws: Never.self) {
          let log = try AuditLog.open(path: path)
          let ballast = [UInt8](repeating: 1, count: 4096)
          #expect(FileManager.default.createFile(atPath: path + "-other", contents: Data(ballast)))
          var full: AuditFailure?
          for _ in 0..<100 where full == nil {
            do throws(AuditFailure) {
              _ = try log.recordIntent(draft())
            } catch {
              full = error
            }
          }
          #expect(full?.code == .diskFull && full?.problem.contains("No space left") == true)
          #expect(try AuditVerifier.verify(paths: [path]).unsealedTear != nil)
          #expect(unlink(path + "-other") == 0)
          try log.change(draft())
          let found = try AuditVerifier.verify(paths: [path])
          #expect(found.isTrustworthy && found.sealedTears == 1 && found.head == log.head)
        }
      }
      #expect(didRun)
    }
  }

  /// Full after each number of bytes, then room again, in the same run.
  @Test func aDiskThatIsFullAtAnyByteLeavesAChain() throws {
    let sample = try sampleLog().bytes
    for room in stride(from: 0, through: 1500, by: 7) {
      let memory = AuditMemory(Array(sample.dropLast(40)))
      let log = try AuditLog(storage: memory)
      memory.limit(to: memory.bytes.count + room)
      _ = try? log.recordIntents([draft(run: "run-2"), draft("PutParameter", run: "run-2")])
      memory.limit(to: nil)
      try log.change(draft(run: "run-2"))
      #expect(try AuditVerifier.verify([memory]).isTrustworthy, "room for \(room)")
    }
  }

  @Test func afterAFailedSyncNothingIsTrusted() throws {
    let memory = AuditMemory()
    let log = try AuditLog(storage: memory)
    try log.change(draft())
    memory.failSyncs(true)
    try expect(.cannotSync) { _ = try log.recordIntent(draft()) }
    memory.failSyncs(false)
    try expect(.distrusted) { _ = try log.recordIntent(draft()) }
    try expect(.distrusted) { try log.sync() }
    // The next process may.
    try AuditLog(storage: memory).change(draft(run: "run-2"))
    #expect(try AuditVerifier.verify([memory]).isTrustworthy)
  }

  private func mode(_ path: String) throws -> mode_t {
    var status = stat()
    try #require(stat(path, &status) == 0)
    return status.st_mode & 0o7777
  }
}
