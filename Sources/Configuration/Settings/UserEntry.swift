/// One entry of `users`: whom it selects, and what it says about them.
package struct UserEntry: Sendable {
  package enum Selector: Sendable, Hashable {
    case name(String)
    case group(String)
    /// All users whose IAM path begins with it.
    case path(String)

    /// For messages: `the group ci`.
    package var inWords: String {
      switch self {
      case .name(let name): "the user \(name)"
      case .group(let name): "the group \(name)"
      case .path(let path): "the path \(path)"
      }
    }
  }

  package var selector: Configured<Selector>
  /// Those of `defaults` included.
  package var settings: UserSettings
}

extension UserEntry {
  /// Whether IAM could have a name like it: `[\w+=,.@-]`, 64 characters at most for a user.
  package static func isName(_ text: String, longest: Int = 64) -> Bool {
    (1...longest).contains(text.utf8.count)
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+=,.@-_".contains($0)) }
  }
}
