internal import Glibc
internal import Host

/// Whether a run could write its audit log, found out without writing anything.
package enum AuditExamination {
  package enum State: Sendable, Equatable {
    case writable
    /// There is none yet; a run could make it.
    case canBeMade
  }

  /// - Parameter directories: as many of those on the way a run makes, where they are missing.
  /// - Throws: what a run would fail with.
  package static func examine(
    _ path: String, makes directories: Int = 1
  ) throws(AuditFailure) -> State {
    var state = State.canBeMade
    for file in [RunLock.path(forLogAt: path), path] {
      // Like a run, only without making it.
      if let descriptor = try GuardedFile.open(file, flags: O_RDWR | O_APPEND) {
        close(descriptor)
        state = .writable
      } else {
        try examineDirectory(of: file, makes: directories)
        state = .canBeMade
      }
    }
    return state
  }

  private static func examineDirectory(of file: String, makes directories: Int) throws(AuditFailure)
  {
    var directory = GuardedFile.directory(of: file)
    for _ in 0..<directories where access(directory, F_OK) != 0 && errno == ENOENT {
      directory = GuardedFile.directory(of: directory)
    }
    let isWritable = FolderOwner(ofFile: file).act {
      faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) == 0
    }
    guard isWritable == true else { throw GuardedFile.cannotOpen(file) }
  }

  /// Who is at work now, in words; nil: nobody.
  package static func runningNow(logAt path: String) -> String? {
    let lock = RunLock.path(forLogAt: path)
    guard let descriptor = try? GuardedFile.open(lock, flags: O_RDONLY) else { return nil }
    defer { close(descriptor) }
    // Given back at once: a run that comes in between looks again a moment later.
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
    return RunLock.holder(at: lock)
  }

  /// The bytes that are free for this user on the disk of a file's directory; nil: unknown.
  package static func room(for path: String) -> Int? {
    var directory = GuardedFile.directory(of: path)
    if access(directory, F_OK) != 0 { directory = GuardedFile.directory(of: directory) }
    var status = statvfs()
    guard statvfs(directory, &status) == 0 else { return nil }
    // No file can be made where no inode is left. Some file systems count none.
    guard status.f_files == 0 || status.f_favail > 0 else { return 0 }
    let (bytes, isHuge) = status.f_bavail.multipliedReportingOverflow(by: status.f_frsize)
    return isHuge ? .max : Int(clamping: bytes)
  }
}
