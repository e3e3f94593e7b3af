internal import AWSClient
internal import Glibc
internal import LibCrypto
internal import RotationExecutor

/// The file that stands there now, open.
final class StandingFile {
  let descriptor: Int32
  let status: stat

  deinit { close(descriptor) }

  private init(descriptor: Int32, status: stat) {
    self.descriptor = descriptor
    self.status = status
  }

  static func open(
    in directory: borrowing TrustedDirectory
  ) throws(ProjectionFailure) -> StandingFile? {
    let descriptor = openat(
      directory.descriptor, directory.fileName,
      O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .system("it can't be opened")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      close(descriptor)
      throw .system("it can't be looked at")
    }
    let file = StandingFile(descriptor: descriptor, status: status)
    try file.check(directory.owner)
    return file
  }

  private func check(_ directoryOwner: uid_t) throws(ProjectionFailure) {
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw ProjectionFailure("it is no regular file")
    }
    guard status.st_nlink <= 1 else {
      throw ProjectionFailure(
        "it has \(status.st_nlink) names (hard links), of which only this one would get the new "
          + "key; remove the others")
    }
    guard status.st_mode & 0o022 == 0 else {
      throw ProjectionFailure(
        "others can write to it (mode \(octal(status.st_mode))): `chmod go-w` it")
    }
    // Only root can keep another's file theirs, and only where it is theirs for certain: in their own
    // directory, or put there by root.
    let isOurs = status.st_uid == geteuid()
    let isKept =
      geteuid() == 0
      && (status.st_uid == 0 || directoryOwner == 0 || directoryOwner == status.st_uid)
    guard isOurs || isKept else {
      throw ProjectionFailure(
        "it belongs to user \(status.st_uid), and its directory to user \(directoryOwner), where "
          + "user \(geteuid()) can't replace it; chown it")
    }
  }

  func content(limit: Int) throws(ProjectionFailure) -> SharedSecret {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limit + 1, alignment: 16)
    var count = 0
    defer {
      // `SecretBytes` is what wipes; this copy must go, too.
      if let base = buffer.baseAddress { explicit_bzero(base, count) }
      buffer.deallocate()
    }
    while count <= limit {
      let got = pread(
        descriptor, buffer.baseAddress?.advanced(by: count), limit + 1 - count, off_t(count))
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .system("it can't be read") }
      if got == 0 {
        return SharedSecret(
          SecretBytes(copying: UnsafeRawBufferPointer(rebasing: buffer[..<count])))
      }
      count += got
    }
    throw ProjectionFailure("it is longer than \(limit) bytes")
  }

  /// Whether nobody has changed or exchanged it since it was opened.
  static func isUnchanged(
    _ old: StandingFile?, in directory: borrowing TrustedDirectory
  ) -> Bool {
    var now = stat()
    let found = fstatat(directory.descriptor, directory.fileName, &now, AT_SYMLINK_NOFOLLOW) == 0
    guard let old else { return !found && errno == ENOENT }
    let before = old.status
    return found && now.st_dev == before.st_dev && now.st_ino == before.st_ino
      && now.st_size == before.st_size
      && now.st_ctim.tv_sec == before.st_ctim.tv_sec
      && now.st_ctim.tv_nsec == before.st_ctim.tv_nsec
  }
}
