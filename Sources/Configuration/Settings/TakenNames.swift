internal import RotationExecutor

/// Which user writes which name, to find two that would write the same one.
///
/// A user whose name IAM hasn't told may turn out to be spelled in another case, and its names with
/// it: those are compared without regard to case.
struct TakenNames {
  private var exact: [String: String] = [:]
  /// All of them in lower case, and those whose case is open.
  private var folded: [String: String] = [:]
  private var open: [String: String] = [:]

  /// Notes the names of one user; those that are taken already, with whose they are.
  mutating func add(_ user: ManagedUser, as owner: String) -> [(name: String, other: String)] {
    let names = user.takenNames
    let otherwise = Set(user.respelled?(user.name.caseSwapped)?.takenNames ?? names)
    var collisions: [(String, String)] = []
    for name in names {
      let isOpen = !otherwise.contains(name)
      let key = name.lowercased()
      if let other = exact[name] ?? (isOpen ? folded[key] : open[key]) {
        collisions.append((name, other))
      }
      exact[name] = exact[name] ?? owner
      folded[key] = folded[key] ?? owner
      if isOpen { open[key] = open[key] ?? owner }
    }
    return collisions
  }
}

extension String {
  /// Each letter in its other case: what a name made of this shares with one made of that doesn't
  /// depend on it.
  fileprivate var caseSwapped: String {
    String(flatMap { $0.isLowercase ? $0.uppercased() : $0.lowercased() })
  }
}
