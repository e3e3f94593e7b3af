internal import Glibc

/// The new content of a file, beside it until it is renamed into its place.
///
/// Its name is fixed, and a lock says whose it is: what a killed run leaves of a secret is used up
/// by the next run that writes the file, where a random name would stay for ever.
struct FileDraft {
  static let suffix = ".rotate-new"

  private let path: String
  private let descriptor: Int32

  /// Opens the draft of a file: empty, mode 0600, this user's own and no link to anything.
  static func open(for file: String) throws(FileFailure) -> FileDraft {
    let path = file + suffix
    // Whoever holds it is about to rename it: a second is more than that takes.
    for _ in 0..<100 {
      let flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
      let descriptor = Glibc.open(path, flags, 0o600)
      if descriptor < 0 {
        // A symbolic link, a pipe without a reader: nothing of this program's.
        guard errno == ELOOP || errno == ENXIO, unlink(path) == 0 else { throw .system(errno) }
        continue
      }
      do throws(FileFailure) {
        if try isOwn(descriptor, path) { return FileDraft(path: path, descriptor: descriptor) }
        close(descriptor)
      } catch {
        close(descriptor)
        throw error
      }
    }
    throw .unreadable("another process is writing it")
  }

  /// Whether the draft is locked, this user's alone, and still has its name.
  private static func isOwn(_ descriptor: Int32, _ path: String) throws(FileFailure) -> Bool {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      guard errno == EWOULDBLOCK || errno == EINTR else { throw .system(errno) }
      usleep(10_000)
      return false
    }
    var status = stat()
    var named = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
    // Another process has renamed it since it was opened.
    guard lstat(path, &named) == 0, named.st_ino == status.st_ino, named.st_dev == status.st_dev
    else { return false }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(), status.st_nlink == 1
    else {
      guard unlink(path) == 0 else { throw .system(errno) }
      return false
    }
    guard fchmod(descriptor, 0o600) == 0, ftruncate(descriptor, 0) == 0 else {
      throw .system(errno)
    }
    return true
  }

  /// Fills the draft, makes it durable and gives it the file's name.
  func replace(
    _ file: String, with bytes: UnsafeRawBufferPointer, keepsMode: Bool, mode: mode_t
  ) throws(FileFailure) {
    defer { close(descriptor) }
    var before = stat()
    if keepsMode, lstat(file, &before) == 0, before.st_mode & S_IFMT == S_IFREG {
      // Where it can't be had, the new file stays its owner's alone.
      fchmod(descriptor, before.st_mode & 0o666 | 0o600)
    } else {
      fchmod(descriptor, mode)
    }
    guard write(bytes), fsync(descriptor) == 0, rename(path, file) == 0 else {
      let error = errno
      unlink(path)
      throw .system(error)
    }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

extension FileFailure {
  static func system(_ code: Int32) -> FileFailure {
    .unreadable(strerror(code).map { String(cString: $0) } ?? "error \(code)")
  }
}
