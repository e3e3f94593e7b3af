internal import Glibc
internal import Host

/// Whether a hook's program can be trusted: nobody but root and the user that runs this program may
/// be able to change what it does.
enum HookFile {
  /// Nil, or what is wrong with it and what to do.
  static func fault(_ path: String) -> String? {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      return "\(path): \(String(cString: strerror(errno)))"
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      return "\(path) is no regular file (nor may it be a link)"
    }
    if let fault = ownership(status, path) { return fault }
    guard access(path, X_OK) == 0 else {
      return "\(path) can't be executed: chmod 0755 \(path)"
    }
    // Whoever may write the directory can put another file in its place.
    let parent = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    let directory = parent.isEmpty ? "/" : String(parent)
    var place = stat()
    guard stat(directory, &place) == 0 else {
      return "\(directory): \(String(cString: strerror(errno)))"
    }
    if let fault = ownership(place, directory) { return fault }
    return PathTrust.weakness(of: path).map { "\($0.path) \($0.reason): \($0.remedy)" }
  }

  private static func ownership(_ status: stat, _ path: String) -> String? {
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
      return "\(path) belongs to user \(status.st_uid), neither to root nor to the user that runs "
        + "rotate: chown root \(path)"
    }
    guard status.st_mode & 0o022 == 0 else {
      return "\(path) can be written by others than its owner: chmod go-w \(path)"
    }
    return nil
  }
}
