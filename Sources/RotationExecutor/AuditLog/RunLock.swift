package import struct FoundationEssentials.Date
internal import Glibc
internal import LibCrypto

/// The lock that a run holds for its whole life, so that two runs on one host can't interleave.
///
/// Whoever has it knows that no other run of this `host` lives. The kernel gives it back when the
/// process ends, however it ends; children don't inherit it. Its file is no state: without it, the
/// next run is another host and waits for the lease.
package final class RunLock: Sendable {
  /// This host's name in the record and the log, 32 hexadecimal digits.
  ///
  /// Made from the random id in the file's first line, the file's inode number and the machine's
  /// id (of which alone the first eight digits are made), so that a copied file (an image, a container's layer, a backup) doesn't make two hosts
  /// take each other's leases.
  package let host: String
  private let path: String
  private let descriptor: Int32

  private init(path: String, descriptor: Int32, host: String) {
    self.path = path
    self.descriptor = descriptor
    self.host = host
  }

  /// The lock's path for an audit log's.
  package static func path(forLogAt path: String) -> String { path + ".lock" }

  private static let pollInterval = Duration.milliseconds(100)

  /// Takes the lock, waiting for the run that holds it.
  ///
  /// It stays taken until `release` or the end of the process: dropping the value doesn't give it
  /// back, since Swift may drop one right after its last use.
  /// - Parameters:
  ///   - path: of the lock's file.
  ///   - now: for people who have to wait.
  ///   - waiting: at most, by the sum of the sleeps.
  ///   - onWait: called once, with the words that say who holds it, before the first sleep.
  package static func acquire(
    path: String, runId: String, now: Date, waiting: Duration = .seconds(300),
    sleep: (Duration) -> Void, onWait: (String) -> Void = { _ in }
  ) throws(AuditFailure) -> RunLock {
    try GuardedFile.makeDirectory(of: path)
    var waited = Duration.zero
    while true {
      if let lock = try attempt(path: path, runId: runId, now: now) { return lock }
      if waited == .zero { onWait(holder(at: path)) }
      guard waited < waiting else {
        throw AuditFailure(
          .lockHeld, path,
          "another run on this host still works after \(waiting.components.seconds) s: "
            + holder(at: path),
          advice: "Let it finish, or end it: the next run takes up what it left.")
      }
      sleep(pollInterval)
      waited += pollInterval
    }
  }

  /// Gives the lock back. Nothing may be changed afterwards.
  package func release() {
    // Nobody holds it now: don't name a run that is over to the next one that waits.
    ftruncate(descriptor, Self.idLength + 1)
    close(descriptor)
  }

  /// Who holds the lock at `path`, in words, as far as the file tells.
  package static func holder(at path: String) -> String {
    let lines = (try? AuditFile.openToRead(path).read(at: 0, count: 1024)) ?? []
    let text = String(decoding: lines, as: UTF8.self).split(separator: "\n").dropFirst().first
    // Whatever else may stand there must not reach a terminal.
    let words = text.map { String($0.unicodeScalars.filter { (" "..."~").contains($0) }) }
    return words ?? "it doesn't say who it is"
  }

  /// The host's name that the lock at `path` gives, without taking it; nil if it has none yet.
  package static func host(at path: String) -> String? {
    guard let descriptor = try? GuardedFile.open(path, flags: O_RDONLY) else { return nil }
    defer { close(descriptor) }
    guard let status = try? GuardedFile.status(of: descriptor, path) else { return nil }
    return readId(descriptor).map { host(id: $0, inode: UInt64(status.st_ino)) }
  }

  private static func attempt(
    path: String, runId: String, now: Date
  ) throws(AuditFailure) -> RunLock? {
    guard let descriptor = try GuardedFile.open(path, flags: O_RDWR | O_CREAT) else { return nil }
    var taken = false
    defer { if !taken { close(descriptor) } }

    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      guard errno == EWOULDBLOCK else {
        throw .system(
          .cannotOpen, path, "can't lock it", advice: "Use a file system that knows locks.")
      }
      return nil
    }
    // Somebody may have replaced the file before it was locked: then this lock excludes nobody.
    let status = try GuardedFile.status(of: descriptor, path)
    var named = stat()
    guard lstat(path, &named) == 0, named.st_ino == status.st_ino, named.st_dev == status.st_dev
    else { return nil }

    let id = if let known = readId(descriptor) { known } else { try makeId(descriptor, path) }
    let host = host(id: id, inode: UInt64(status.st_ino))
    try write(
      "pid \(getpid()), run \(runId), since \(AuditTime.text(AuditTime.rounded(now))), host \(host)\n",
      to: descriptor, at: idLength + 1, path)
    taken = true
    return RunLock(path: path, descriptor: descriptor, host: host)
  }

  private static let idLength = 32

  /// The id in the first line; nil if it is missing or damaged.
  private static func readId(_ descriptor: Int32) -> String? {
    var bytes = [UInt8](repeating: 0, count: idLength + 1)
    let length = pread(descriptor, &bytes, bytes.count, 0)
    let digits = Array("0123456789abcdef".utf8)
    guard length == bytes.count, bytes[idLength] == UInt8(ascii: "\n"),
      bytes.dropLast().allSatisfy(digits.contains)
    else { return nil }
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }

  private static func makeId(
    _ descriptor: Int32, _ path: String
  ) throws(AuditFailure) -> String {
    let id = SecureRandom.id()
    try write(id + "\n", to: descriptor, at: 0, path)
    return id
  }

  private static let machineLength = 8

  private static func host(id: String, inode: UInt64) -> String {
    let machine = (try? AuditFile.openToRead("/etc/machine-id").read(at: 0, count: 64)) ?? []
    let digest = SHA256.hexDigest(of: Array("rotate \(id) \(inode) ".utf8) + machine)
    // The machine's own part, so that a lock that was lost can be told from another machine's.
    // Images come without an id, or with an empty one or a word: those are no one's.
    let isMachine = machine.count >= idLength
    let ofMachine = isMachine ? SHA256.hexDigest(of: Array("rotate ".utf8) + machine) : digest
    return String(
      ofMachine.prefix(machineLength) + digest.prefix(idLength).dropFirst(machineLength))
  }

  /// Whether two hosts' names, as `host` gives them, are of one machine, which has lost the lock, and
  /// so the log, of the one.
  package static func areOfOneMachine(_ one: String, _ other: String) -> Bool {
    one != other && one.count == idLength && other.count == idLength
      && one.prefix(machineLength) == other.prefix(machineLength)
  }

  /// Replaces everything from `offset` on.
  private static func write(
    _ text: String, to descriptor: Int32, at offset: Int, _ path: String
  ) throws(AuditFailure) {
    let bytes = Array(text.utf8)
    guard ftruncate(descriptor, off_t(offset)) == 0,
      pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count
    else {
      throw .system(
        .cannotWrite, path, "can't write who holds it",
        advice: "Make room on its disk; until then nothing is changed.")
    }
  }
}
