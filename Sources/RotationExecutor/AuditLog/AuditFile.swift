internal import Glibc
internal import Host

/// A log's file. Opened with `O_APPEND`, so that no write of ours can change what stands there.
package final class AuditFile: AuditStorage, @unchecked Sendable {
  package let path: String
  private let descriptor: Int32

  private init(_ path: String, _ descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Opens the log for a run. Creates the file (mode 0640) and its directory where they are missing.
  package static func openToAppend(_ path: String) throws(AuditFailure) -> AuditFile {
    try GuardedFile.makeDirectory(of: path)
    guard let file = try open(path, flags: O_RDWR | O_APPEND | O_CREAT) else {
      throw GuardedFile.cannotOpen(path)
    }
    // Also for one that stood there: a run may have died between creating it and this.
    if try file.size() == 0 { try GuardedFile.syncDirectory(of: path) }
    return file
  }

  /// The same for a log that need not exist: nil if it doesn't.
  static func openToAppend(ifExists path: String) throws(AuditFailure) -> AuditFile? {
    try open(path, flags: O_RDWR | O_APPEND)
  }

  /// The same to look something up in it: nil if it doesn't exist.
  static func openToSearch(_ path: String) throws(AuditFailure) -> AuditFile? {
    try open(path, flags: O_RDONLY)
  }

  /// Opens a log, or a copy of one, to look at it; whoever may read it.
  package static func openToRead(_ path: String) throws(AuditFailure) -> AuditFile {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw GuardedFile.cannotOpen(path) }
    return AuditFile(path, descriptor)
  }

  private static func open(_ path: String, flags: Int32) throws(AuditFailure) -> AuditFile? {
    try GuardedFile.open(path, flags: flags).map { AuditFile(path, $0) }
  }

  package func size() throws(AuditFailure) -> Int {
    let status = try GuardedFile.status(of: descriptor, path)
    guard status.st_nlink > 0 else {
      throw AuditFailure(
        .changedUnderneath, path, "somebody removed it during the run",
        advice: "Nothing more is changed. Find out who did; the next run begins a new log.")
    }
    return Int(status.st_size)
  }

  package func read(at offset: Int, count: Int) throws(AuditFailure) -> [UInt8] {
    var done = 0
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while done < count {
        let length = pread(
          descriptor, buffer.baseAddress.map { $0 + done }, count - done, off_t(offset + done))
        if length < 0, errno == EINTR { continue }
        failed = length < 0
        guard length > 0 else { break }
        done += length
      }
      filled = done
    }
    guard !failed else {
      throw .system(.cannotRead, path, "can't read it", advice: "Check the file and the disk.")
    }
    return bytes
  }

  package func append(_ bytes: [UInt8]) throws(AuditFailure) {
    let isWritten = bytes.withUnsafeBytes { Descriptor.write($0, to: descriptor) }
    guard isWritten else {
      let full = [ENOSPC, EDQUOT, EFBIG].contains(errno)
      throw .system(
        full ? .diskFull : .cannotWrite, path, "can't write to it",
        advice: full
          ? "Make room on its disk; until then nothing is changed."
          : "Check the disk; until it can be written nothing is changed.")
    }
  }

  package func sync() throws(AuditFailure) {
    guard fsync(descriptor) == 0 else {
      throw .system(
        .cannotSync, path, "can't make what was written durable",
        advice: "Check the disk and the kernel's log, then run `rotate audit verify`.")
    }
  }
}
