internal import Glibc

/// Follows a path as the kernel does, step by step: each directory, and what is taken from it.
struct PathWalk {
  struct Place {
    var path: String
    var status: stat
  }

  /// The kernel's own limit.
  private static let maximumLinks = 40

  /// Where the path leads; nil before the last step, and where it leads nowhere.
  private(set) var end: Place?
  /// The directory that lacks the next name, where one does.
  private(set) var lackedBy: Place?
  /// Without any link in it.
  private var at: Place?
  /// What is still to be followed, the next name last.
  private var names: [Substring]
  private var links = 0

  init(_ path: String) {
    var path = path
    if !path.hasPrefix("/"), let folder = getcwd(nil, 0) {
      path = String(cString: folder) + "/" + path
      free(folder)
    }
    names = Self.names(path)
    at = Self.place("/")
  }

  /// The next step: a directory, and the entry that is taken from it.
  mutating func next() -> (directory: Place, entry: Place)? {
    while let name = names.popLast() {
      guard let directory = at else { return nil }
      if name == "." { continue }
      if name == ".." {
        at = Self.place(Self.parent(of: directory.path))
        continue
      }
      let path = (directory.path == "/" ? "/" : directory.path + "/") + name
      guard let entry = Self.place(path) else {
        lackedBy = errno == ENOENT ? directory : nil
        at = nil
        return nil
      }
      if entry.status.st_mode & S_IFMT == S_IFLNK {
        follow(path)
      } else {
        at = entry
        if names.isEmpty { end = entry }
      }
      return (directory, entry)
    }
    return nil
  }

  private mutating func follow(_ link: String) {
    links += 1
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(link, &buffer, buffer.count)
    guard links <= Self.maximumLinks, count > 0 else {
      at = nil
      return
    }
    let target = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if target.hasPrefix("/") { at = Self.place("/") }
    names += Self.names(target)
  }

  private static func names(_ path: String) -> [Substring] {
    path.split(separator: "/").reversed()
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  private static func place(_ path: String) -> Place? {
    var status = stat()
    return lstat(path, &status) == 0 ? Place(path: path, status: status) : nil
  }
}
