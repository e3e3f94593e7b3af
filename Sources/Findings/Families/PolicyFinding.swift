/// Why `rotate policy` can't print what it was asked for.
package enum PolicyFinding: Hashable, Sendable {
  case needsIAM(Subject)
  case noRegion
  case noPrincipal(arn: String)
  case noPart(Int, of: Int)
  case noPair(user: String)
  case noSeed
  case noSession(user: String)

  /// What only IAM knows.
  package enum Subject: Hashable, Sendable {
    case membersOfGroup(String)
    case usersUnderPath(String)
    case pathOfUser(String)
  }
}
