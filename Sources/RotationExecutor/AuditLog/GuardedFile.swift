internal import Glibc
internal import Host

/// Opens a file that only this program's user and root may have written: the log, the lock.
///
/// Root, who runs a command by hand, works in the service's folder as the service's user: so the log
/// stays one that the service can go on with.
enum GuardedFile {
  /// - Parameter flags: besides those that are always set: not inherited by children, no symbolic
  ///   link, no waiting for the other end of a pipe.
  /// - Returns: nil where the file doesn't exist and `flags` don't create it.
  static func open(_ path: String, flags: Int32) throws(AuditFailure) -> Int32? {
    let owner = FolderOwner(ofFile: path)
    try checkPlace(of: path, owner)
    let flags = flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
    guard let descriptor = owner.act({ Glibc.open(path, flags, 0o640) }) else {
      throw wrongOwner(directory(of: path), owner.user)
    }
    guard descriptor >= 0 else {
      if errno == ENOENT, flags & O_CREAT == 0 { return nil }
      throw cannotOpen(path)
    }
    do throws(AuditFailure) {
      try check(path, status(of: descriptor, path), owner)
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
      case EACCES, EPERM:
        (.cannotOpen, keeper(of: path).map(runAs) ?? permit)
      case EROFS:
        (.cannotOpen, permit)
      case ENOSPC, EDQUOT:
        (.diskFull, "Make room on the disk.")
      default:
        (.cannotOpen, "Check the file system and `audit.path`.")
      }
    return .system(code, path, "can't open it", error, advice: advice)
  }

  private static let permit = "Let the user that runs rotate write it, or set `audit.path`."

  /// Makes the directory of a file (mode 0750) where only that one is missing: /var/log exists,
  /// /var/log/rotate need not.
  static func makeDirectory(of path: String) throws(AuditFailure) {
    let directory = directory(of: path)
    // Where this fails, opening the file does too, and says why.
    guard access(directory, F_OK) != 0,
      FolderOwner(ofFile: path).act({ mkdir(directory, 0o750) }) == 0
    else { return }
    try syncDirectory(of: directory)
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

  static func directory(of path: String) -> String { SystemFiles.folder(of: path) }

  /// The rule of all files that decide what this program does: whoever may write a directory on the
  /// way can put another file there between two runs.
  private static func checkPlace(of path: String, _ owner: FolderOwner) throws(AuditFailure) {
    let weakness = TrustPolicy(for: owner.user).weakness(of: path, isToBeMade: true)
    guard let weakness else { return }
    let directory = resolved(directory(of: path))
    // What is wrong with the file itself is seen, and told, when it is open.
    let name = path.split(separator: "/").last ?? ""
    if weakness.path == (directory == "/" ? "/" : directory + "/") + name { return }
    throw AuditFailure(
      .writableByOthers, path,
      "\(weakness.path == directory ? "its directory" : weakness.path) \(weakness.reason)",
      advice: "Find out who did, then `\(weakness.remedy)`, or set `audit.path` to a file in a "
        + "directory of its own.")
  }

  /// Without links in it, as weaknesses are told.
  private static func resolved(_ directory: String) -> String {
    guard let real = realpath(directory, nil) else { return directory }
    defer { free(real) }
    return String(cString: real)
  }

  private static func check(
    _ path: String, _ status: stat, _ owner: FolderOwner
  ) throws(AuditFailure) {
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw AuditFailure(
        .notAFile, path, "it is no regular file", advice: "Set `audit.path` to a file.")
    }
    // Which other file this is can't be told, and writing to it would write there.
    guard status.st_nlink <= 1 else {
      throw AuditFailure(
        .hardLink, path, "it has \(status.st_nlink) names (hard links)",
        advice: "Find the other one with `find / -xdev -inum \(status.st_ino)`, and remove the one "
          + "that doesn't belong there.")
    }
    let policy = TrustPolicy(for: owner.user, strict: .file)
    switch policy.weakness(ofFile: status, at: path)?.kind {
    case nil: break
    case .owner: throw wrongOwner(path, status.st_uid)
    case .writable:
      throw AuditFailure(
        .writableByOthers, path,
        "others can write to it: its mode is 0\(String(status.st_mode & 0o7777, radix: 8))",
        advice: "Find out who did, then `chmod go-w` it.")
    }
  }

  /// What stands here belongs to somebody who doesn't run this: most often to the service, when a
  /// person runs the program.
  private static func wrongOwner(_ path: String, _ owner: uid_t) -> AuditFailure {
    let name = FolderOwner.name(of: owner)
    return AuditFailure(
      .wrongOwner, path,
      "it belongs to \(name.map { "the user \($0)" } ?? "user \(owner)"), who could rewrite it",
      advice: name.map(runAs)
        ?? "Find out why, then chown it to the user that runs rotate, or set `audit.path`.")
  }

  private static func runAs(_ name: String) -> String {
    "Run it as that user: `sudo -u \(name) rotate …`"
      + (name == "rotate"
        ? ", or as the service does: `sudo systemctl start rotate@USER.service`." : ".")
  }

  /// Who keeps the log here, where it is another user than the one that runs this.
  private static func keeper(of path: String) -> String? {
    var folder = path
    while folder != "/", folder != "." {
      var status = stat()
      if stat(folder, &status) == 0 {
        let isOther = status.st_uid != geteuid() && (status.st_uid != 0 || folder == path)
        return isOther ? FolderOwner.name(of: status.st_uid) : nil
      }
      folder = directory(of: folder)
    }
    return nil
  }
}
