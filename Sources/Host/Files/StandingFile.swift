internal import Glibc
internal import LibCrypto

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
  ) throws(FileFailure) -> StandingFile? {
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

  private func check(_ directoryOwner: uid_t) throws(FileFailure) {
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileFailure.unreadable("it is no regular file")
    }
    guard status.st_nlink <= 1 else {
      throw FileFailure.unreadable(
        "it has \(status.st_nlink) names (hard links), of which only this one would get the new "
          + "key; remove the others")
    }
    guard status.st_mode & 0o022 == 0 else {
      throw FileFailure.unreadable(
        "others can write to it (mode \(octal(status.st_mode))): `chmod go-w` it")
    }
    // Only root can keep another's file theirs, and only where it is theirs for certain: in their own
    // directory, or put there by root.
    let isOurs = status.st_uid == geteuid()
    let isKept =
      geteuid() == 0
      && (status.st_uid == 0 || directoryOwner == 0 || directoryOwner == status.st_uid)
    guard isOurs || isKept else {
      throw FileFailure.unreadable(
        "it belongs to user \(status.st_uid), and its directory to user \(directoryOwner), where "
          + "user \(geteuid()) can't replace it; chown it")
    }
  }

  func content(limit: Int) throws(FileFailure) -> SharedSecret {
    SharedSecret(try Descriptor.readAll(descriptor, limit: limit))
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
