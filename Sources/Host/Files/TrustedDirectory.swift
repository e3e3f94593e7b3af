internal import Glibc

/// A directory that was reached without passing anything that another user could exchange: on the
/// whole way every directory and every symbolic link belongs to root or to the user that runs this,
/// and nobody else may write there.
///
/// One exception, for root alone: a way that leads into the directories of one other user, such as
/// `/home/jenkins/.aws`. From there on everything must be that user's or root's.
struct TrustedDirectory: ~Copyable {
  let descriptor: Int32
  /// Whose it is.
  let owner: uid_t
  let group: gid_t
  /// Of the file in it, behind whatever links led there.
  fileprivate(set) var fileName = ""

  deinit { close(descriptor) }

  /// - Parameter path: of a file in it, absolute.
  /// - Parameter creating: makes the directories that are missing, with mode 0700.
  /// - Returns: nil where a directory is missing.
  static func of(
    file path: String, creating: Bool
  ) throws(FileFailure) -> TrustedDirectory? {
    var way = Way(path: path, creating: creating)
    return try way.walk()
  }

  fileprivate init(descriptor: Int32, owner: uid_t, group: gid_t) {
    self.descriptor = descriptor
    self.owner = owner
    self.group = group
  }
}

/// The walk from the root directory to a file, name by name.
private struct Way {
  private static let links = 40

  private let creating: Bool
  /// The names still to be passed; the next one last, the file's own first.
  private var names: [String]
  /// What was passed, for messages.
  private var passed = ""
  private var linksLeft = Way.links
  /// The one other user whose directories root may pass.
  private var guest: uid_t?

  init(path: String, creating: Bool) {
    self.creating = creating
    names = Self.names(path)
  }

  private static func names(_ path: String) -> [String] {
    path.split(separator: "/").filter { $0 != "." }.map(String.init).reversed()
  }

  mutating func walk() throws(FileFailure) -> TrustedDirectory? {
    var current = try root()
    while let name = names.popLast() {
      var found = stat()
      let exists = fstatat(current.descriptor, name, &found, AT_SYMLINK_NOFOLLOW) == 0
      guard exists || errno == ENOENT else { throw .system("\(passed)/\(name): can't look at it") }
      if exists, found.st_mode & S_IFMT == S_IFLNK {
        if try follow(name, found, from: current) { current = try root() }
        continue
      }
      if names.isEmpty {
        current.fileName = name
        return current
      }
      if !exists {
        guard creating else { return nil }
        guard mkdirat(current.descriptor, name, 0o700) == 0 || errno == EEXIST else {
          throw .system("the directory \(passed)/\(name) can't be made")
        }
      }
      passed += "/\(name)"
      current = try enter(
        openat(current.descriptor, name, __O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
    }
    throw FileFailure.unreadable("it is a directory")
  }

  private mutating func root() throws(FileFailure) -> TrustedDirectory {
    passed = ""
    return try enter(open("/", __O_PATH | O_DIRECTORY | O_CLOEXEC))
  }

  private mutating func enter(_ descriptor: Int32) throws(FileFailure) -> TrustedDirectory {
    let place = passed.isEmpty ? "/" : passed
    guard descriptor >= 0 else { throw .system("the directory \(place) can't be opened") }
    var found = stat()
    guard fstat(descriptor, &found) == 0 else {
      close(descriptor)
      throw .system("the directory \(place) can't be looked at")
    }
    let directory = TrustedDirectory(
      descriptor: descriptor, owner: found.st_uid, group: found.st_gid)
    guard trusts(found.st_uid) else {
      throw FileFailure.unreadable(
        "the directory \(place) belongs to user \(found.st_uid), who could exchange the file")
    }
    // In a sticky directory such as /tmp others can't exchange what is ours. The file itself may not
    // stand in one.
    guard found.st_mode & 0o022 == 0 || found.st_mode & S_ISVTX != 0 && names.count > 1 else {
      throw FileFailure.unreadable(
        "others can write to the directory \(place) (mode \(octal(found.st_mode))), so they could "
          + "exchange the file: `chmod go-w` it")
    }
    return directory
  }

  /// Whether the link leads off from the root directory.
  private mutating func follow(
    _ name: String, _ link: stat, from directory: borrowing TrustedDirectory
  ) throws(FileFailure) -> Bool {
    guard link.st_uid == 0 || link.st_uid == geteuid() else {
      throw FileFailure.unreadable(
        "\(passed)/\(name) is a symbolic link of user \(link.st_uid), who could lead it elsewhere")
    }
    linksLeft -= 1
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlinkat(directory.descriptor, name, &target, target.count)
    guard linksLeft > 0, count > 0, count < target.count else {
      throw FileFailure.unreadable("\(passed)/\(name): the symbolic link leads nowhere")
    }
    let path = String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    names += Self.names(path)
    return path.hasPrefix("/")
  }

  private mutating func trusts(_ owner: uid_t) -> Bool {
    if owner == 0 || owner == geteuid() { return true }
    guard geteuid() == 0, guest == nil || guest == owner else { return false }
    guest = owner
    return true
  }
}

/// A mode as people write it.
func octal(_ mode: mode_t) -> String { "0" + String(mode & 0o7777, radix: 8) }
