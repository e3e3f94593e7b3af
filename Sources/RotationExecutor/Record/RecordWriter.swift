/// The principal that AWS names as the writer of a version of a parameter, or as the caller.
///
/// Who may put a parameter decides what stands in it, but not what AWS says of who put it.
struct RecordWriter: Equatable {
  private var account: Substring
  /// A role is the same whatever its session is called, and IAM's role and STS's are one.
  private var kind: Kind
  private var name: Substring

  private enum Kind: Equatable { case root, user, role, federated }

  /// Nil where it is no ARN of a principal.
  init?(arn: String) {
    let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", ["iam", "sts"].contains(parts[2]) else { return nil }
    account = parts[4]
    let path = parts[5].split(separator: "/", omittingEmptySubsequences: false)
    switch (path.first, path.count) {
    case ("root", 1): (kind, name) = (.root, "")
    case ("user", 2...): (kind, name) = (.user, path[path.count - 1])
    case ("role", 2...): (kind, name) = (.role, path[path.count - 1])
    case ("assumed-role", 3): (kind, name) = (.role, path[1])
    case ("federated-user", 2): (kind, name) = (.federated, path[1])
    default: return nil
    }
  }

  /// Whether what this principal wrote is this caller's own word: the same principal, or the root of
  /// its account, who could do all of it anyway.
  func speaksFor(_ caller: RecordWriter) -> Bool {
    account == caller.account && (kind == .root || (kind, name) == (caller.kind, caller.name))
  }
}
