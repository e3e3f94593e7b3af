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
    // Whoever may write a directory on the way can put another file in its place.
    if let weakness = TrustPolicy(strict: .folder).weakness(of: path) {
      return "\(weakness.path) \(weakness.reason): \(weakness.remedy)"
    }
    guard access(path, X_OK) == 0 else {
      return "\(path) can't be executed: chmod 0755 \(path)"
    }
    return nil
  }
}
