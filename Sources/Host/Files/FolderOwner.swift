internal import CLinux
package import Glibc

/// Whose files belong into a folder, so that root can keep them so.
///
/// A service and a person share files: what root made there as its own, the service could not go on
/// with; and what root opened there with all its rights, the folder's owner could have led anywhere.
/// So where root works in another user's folder, it opens and makes files as that user.
package struct FolderOwner: Sendable, Equatable {
  /// Root, or whoever runs this program, where they work in a folder of their own.
  package let user: uid_t
  private let group: gid_t

  /// The owner of the folder that a file stands in or is to stand in: of the deepest one that is
  /// there. For anybody but root it is the user that runs this program.
  package init(ofFile path: String) {
    var folder = path
    var status = stat()
    let isRoot = geteuid() == 0
    while isRoot, let slash = folder.lastIndex(of: "/") {
      folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
      if stat(folder, &status) == 0 || folder == "/" { break }
    }
    user = isRoot ? status.st_uid : geteuid()
    group = getpwuid(user)?.pointee.pw_gid ?? status.st_gid
  }

  /// The name to be given to `sudo -u`; nil where the system knows none.
  package var name: String? { Self.name(of: user) }

  package static func name(of user: uid_t) -> String? {
    getpwuid(user).flatMap { $0.pointee.pw_name }.map { String(cString: $0) }
  }

  /// Does something with files as this user. Only the calling thread is it, and only meanwhile.
  /// `errno` is left as `body` leaves it.
  /// - Returns: nil where this process may not become that user.
  package func act<Result>(_ body: () -> Result) -> Result? {
    guard user != geteuid() else { return body() }
    // What the call refuses it doesn't say: only the next one tells who the thread is.
    setfsgid(group)
    setfsuid(user)
    defer {
      let error = errno
      setfsuid(geteuid())
      setfsgid(getegid())
      errno = error
    }
    guard setfsuid(.max) == Int32(bitPattern: user) else { return nil }
    return body()
  }
}
