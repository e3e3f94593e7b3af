internal import FoundationEssentials
package import RotationPlanner

/// The inline policies of the model's user, and what they deny; and a thief, who holds a key.
extension ModelAWS {
  /// As IAM judges a Deny by `aws:TokenIssueTime`: a request that a long-term key signs carries no such
  /// time, and matches no operator but those that end in `IfExists`.
  private struct Policy: Decodable {
    struct Statement: Decodable {
      var Effect: String
      var Condition: [String: [String: String]]?
    }

    var Statement: [Statement]
  }

  /// Whether a request is denied that is signed by a session that was issued then; nil: by a key.
  func denies(issuedAt: Double?) -> Bool {
    policies.values.contains { text in
      guard let policy = try? JSONDecoder().decode(Policy.self, from: Data(text.utf8)) else {
        return true
      }
      return policy.Statement.contains { statement in
        statement.Effect == "Deny"
          && (statement.Condition ?? [:]).allSatisfy { Self.matches($0, $1, issuedAt) }
      }
    }
  }

  private static func matches(
    _ name: String, _ tests: [String: String], _ issuedAt: Double?
  ) -> Bool {
    guard let text = tests["aws:TokenIssueTime"], let line = try? Date(text, strategy: .iso8601)
    else { return true }
    guard let issuedAt else { return name.hasSuffix("IfExists") }
    return issuedAt < line.timeIntervalSince1970
  }

  /// Whether AWS does what a request asks that is signed with this session, whatever became of its
  /// key. GetCallerIdentity doesn't tell: it works under an explicit Deny.
  func mayAct(_ session: Session) -> Bool {
    time < session.expiresAt && !denies(issuedAt: session.issuedAt)
  }

  // MARK: The thief

  /// The key is in wrong hands from now on.
  package func steal(_ id: AccessKeyID) {
    stolen = id
    letThiefAct()
  }

  /// Whether the thief's key is accepted; it may be for some seconds after it was made Inactive.
  var stolenKeyWorks: Bool {
    guard let stolen, let key = key(stolen) else { return false }
    return key.active || isDying(key)
  }

  /// Whatever the program does, the thief makes a session in every second in which that is possible.
  func letThiefAct() {
    guard let stolen, stolenKeyWorks, !denies(issuedAt: nil) else { return }
    let now = time.rounded(.down)
    guard sessions.last(where: \.isStolen)?.issuedAt != now else { return }
    let number = sessions.count + 1
    sessions.append(
      Session(
        accessKeyId: "ASIATHIEF\(number)", secret: "SECRETofKeyThief\(number)",
        token: "TOKENwithSECRETofKeyThief\(number)", key: stolen, issuedAt: now,
        expiresAt: now + Leak.longestSession.inSeconds, isStolen: true))
  }

  /// Those of the thief's sessions by which anything can be done.
  var stolenSessions: [Session] { sessions.filter { $0.isStolen && mayAct($0) } }
}
