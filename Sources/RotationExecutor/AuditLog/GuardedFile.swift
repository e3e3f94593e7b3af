internal import Glibc
internal import HostFiles

/// Opens a file that only this program's user and root may have written: the log, the lock.
enum GuardedFile {
  /// - Parameter flags: besides those that are always set: not inherited by children, no symbolic
  ///   link, no waiting for the other end of a pipe.
  /// - Returns: nil where the file doesn't exist and `flags` don't create it.
  static func open(_ path: String, flags: Int32) throws(AuditFailure) -> Int32? {
    let descriptor = Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0o640)
    guard descriptor >= 0 else {
      if errno == ENOENT, flags & O_CREAT == 0 { return nil }
      throw cannotOpen(path)
    }
    do throws(AuditFailure) {
      try check(path, status(of: descriptor, path))
      try checkDirectory(of: path)
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  static func status(of descriptor: Int32, _ path: String) throws(AuditFailure) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .system(.cannotRead, path, "can't look at it", advice: "Check the file system.")
    }
    return status
  }

  /// From the `errno` of an `open` that just failed.
  static func cannotOpen(_ path: String) -> AuditFailure {
    let error = errno
    let (code, advice): (AuditFailure.Code, String) =
      switch error {
      case ENOENT, ENOTDIR:
        (
          .noDirectory,
          "Create the directory \(directory(of: path)) for the user that runs rotate (under "
            + "systemd LogsDirectory= does it), or set `audit.path`."
        )
      case ELOOP:
        (.symbolicLink, "It must not be a symbolic link: set `audit.path` to the file itself.")
      case EISDIR:
        (.notAFile, "It is a directory: set `audit.path` to a file in it.")
      case EACCES, EPERM, EROFS:
        (.cannotOpen, "Let the user that runs rotate write it, or set `audit.path`.")
      case ENOSPC, EDQUOT:
        (.diskFull, "Make room on the disk.")
      default:
        (.cannotOpen, "Check the file system and `audit.path`.")
      }
    return .system(code, path, "can't open it", error, advice: advice)
  }

  /// Makes the directory of a file (mode 0750) where only that one is missing: /var/log exists,
  /// /var/log/rotate need not.
  static func makeDirectory(of path: String) throws(AuditFailure) {
    let directory = directory(of: path)
    // Where this fails, opening the file does too, and says why.
    if mkdir(directory, 0o750) == 0 { return try syncDirectory(of: directory) }
    // A file that root made in the service's directory would keep the service out.
    var status = stat()
    guard geteuid() == 0, stat(directory, &status) == 0, status.st_uid != 0 else { return }
    throw wrongOwner(directory, status.st_uid)
  }

  /// Makes the name of a new file or directory durable.
  static func syncDirectory(of path: String) throws(AuditFailure) {
    let directory = directory(of: path)
    let descriptor = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw cannotOpen(directory) }
    defer { close(descriptor) }
    // Some file systems know no sync of a directory and say EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw .system(
        .cannotSync, path, "can't make its name durable", advice: "Check the disk.")
    }
  }

  static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Whoever may write the directory can put another file there between two runs.
  private static func checkDirectory(of path: String) throws(AuditFailure) {
    guard let weakness = PathTrust.weakness(ofDirectory: directory(of: path)) else { return }
    throw AuditFailure(
      .writableByOthers, path, "its directory \(weakness.reason)",
      advice: "Find out who did, then `\(weakness.remedy)`, or set `audit.path` to a file in a "
        + "directory of its own.")
  }

  private static func check(_ path: String, _ status: stat) throws(AuditFailure) {
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw AuditFailure(
        .notAFile, path, "it is no regular file", advice: "Set `audit.path` to a file.")
    }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw wrongOwner(path, status.st_uid)
    }
    guard status.st_mode & 0o022 == 0 else {
      throw AuditFailure(
        .writableByOthers, path,
        "others can write to it: its mode is 0\(String(status.st_mode & 0o7777, radix: 8))",
        advice: "Find out who did, then `chmod go-w` it.")
    }
  }
  /// What stands here belongs to somebody who doesn't run this: most often to the service, when a
  /// person runs the program as root.
  private static func wrongOwner(_ path: String, _ owner: uid_t) -> AuditFailure {
    let name = getpwuid(owner).flatMap { $0.pointee.pw_name }.map { String(cString: $0) }
    let advice =
      if geteuid() == 0, let name {
        "Run it as that user: `sudo -u \(name) rotate …`"
          + (name == "rotate"
            ? ", or as the service does: `sudo systemctl start rotate@USER.service`." : ".")
      } else {
        "Find out why, then chown it to the user that runs rotate, or set `audit.path`."
      }
    return AuditFailure(
      .wrongOwner, path,
      "it belongs to \(name.map { "the user \($0)" } ?? "user \(owner)"), who could rewrite it",
      advice: advice)
  }
}
