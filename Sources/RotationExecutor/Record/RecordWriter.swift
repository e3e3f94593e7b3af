internal import AWSPrimitives

/// The principal that AWS names as the writer of a version of a parameter, or as the caller.
///
/// Who may put a parameter decides what stands in it, but not what AWS says of who put it.
struct RecordWriter: Equatable {
  private var account: String
  /// A role is the same whatever its session is called, and IAM's role and STS's are one.
  private var kind: Kind
  private var name: Substring

  private enum Kind: Equatable { case root, user, role, federated }

  /// Nil where it is no ARN of a principal.
  init?(arn: String) {
    guard let arn = ARN(arn), ["iam", "sts"].contains(arn.service) else { return nil }
    account = arn.account
    let path = arn.levels
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
