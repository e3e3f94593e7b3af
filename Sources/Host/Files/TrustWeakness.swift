internal import Glibc

/// Why a path can't be trusted.
package struct TrustWeakness: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// It belongs to somebody else.
    case owner
    /// Somebody else may write to it.
    case writable
  }

  /// The file, or the directory on the way to it.
  package var path: String
  package var kind: Kind
  /// In words that go on after the path: `can be written by others: its mode is 0777`.
  package var reason: String
  /// A command.
  package var remedy: String

  static func owner(_ path: String, _ owner: uid_t) -> TrustWeakness {
    TrustWeakness(
      path: path, kind: .owner, reason: "belongs to user \(owner), who can change it",
      remedy: "chown \(geteuid() == 0 ? "root" : "it to the user that runs rotate, or to root:")"
        + " \(path)")
  }

  static func writable(_ path: String, _ mode: mode_t, isDirectory: Bool) -> TrustWeakness {
    let others = mode & S_IWOTH != 0 ? "others" : "its group"
    let digits = String(mode & 0o7777, radix: 8)
    return TrustWeakness(
      path: path, kind: .writable,
      reason: "can be written by \(others)\(isDirectory ? ", who can replace what is in it" : "")"
        + ": its mode is 0\(digits)",
      remedy: "chmod go-w \(path)")
  }
}
