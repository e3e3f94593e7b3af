internal import struct FoundationEssentials.Date

extension LeakFinding {
  var text: FindingText {
    switch self {
    case .nothingPublished(let user):
      FindingText(
        .nothingPublished, .act,
        "no key of \(user) is published yet, so there is none to replace",
        remedy: """
          `rotate --user \(user)` publishes a new one; then make the key that leaked Inactive by \
          hand: the next run records that, and deletes it after its soak
          """)

    case .replaces(let id, let isRevoking):
      FindingText(
        .runningBuilds, .notice,
        """
        every build that has read \(id) and still runs fails at its next call to AWS, and so does \
        whatever keeps a copy of it; builds that start after that read the new key
        """,
        remedy: isRevoking
          ? "sessions that consumers have made for themselves are revoked, too: they must make others"
          : """
          sessions that were made with \(id) work for up to 36 h after that: add \
          --revoke-sessions to end them (recommended)
          """)

    case .noRoomToReplace(let id, let isActive, let isRecorded, let others, let until, let user):
      FindingText(
        .noRoomToReplace, .act,
        """
        \(id) is compromised and can't be replaced yet: IAM allows two keys, and \
        \(others.map(\.id)) takes the place. \(id) is still published\
        \(isActive ? " and Active" : "")\
        \(isRecorded ? ". The order is recorded: the" : ". Once this order is recorded, the") \
        first run that finds room carries it out\
        \(until.map { ", on \($0.inWords) at the earliest" } ?? "")
        """,
        remedy: """
          \(Self.ways(others, user)). To stop \(id) at once, before there is a new key: `aws iam \
          update-access-key --user-name \(user) --access-key-id \(id) --status Inactive`; then \
          every build fails until a run has published a new key
          """)

    case .replacedAlready(let replaced, let successor, let user):
      FindingText(
        .replacedAlready, .act,
        """
        \(replaced.id) was replaced as compromised already, by \(successor). \(successor) was not \
        touched
        """,
        remedy: """
          nothing, if \(replaced.id) is the key that leaked. If \(successor) has leaked too: \
          \(replaced.deletion(user)). Then run `rotate --user \(user) --compromised` again
          """)

    case .onlySessions(let id, let published, let user):
      FindingText(
        .replacedAlready, .notice,
        """
        \(id) was replaced as compromised already, so this order is about its sessions. \
        \(published) stays published
        """,
        remedy: "if \(published) has leaked too: `rotate --user \(user) --compromised`")

    case .sessionsRevoked(let before, let end, let user):
      FindingText(
        .sessionsRevoked, .notice,
        "an inline policy of \(user) denies every session that was issued before \(before)",
        remedy: "nothing: the first run after \(end) deletes the policy")

    case .sessionsGoOn(let id, let until, let user):
      FindingText(
        .sessionsGoOn, .notice,
        """
        sessions that were made with \(id), which was replaced as compromised, work until \(until) \
        at the latest
        """,
        remedy: "`rotate --user \(user) --compromised --revoke-sessions` ends them")

    case .stillAccepted(let id, let isListed, let user):
      FindingText(
        .stillAccepted, .act,
        isListed
          ? "\(id) was made Inactive, but IAM's list doesn't show that yet"
          : "\(id) is Inactive, but AWS has not refused it yet: whoever has it may still use it",
        remedy: """
          look at it again in some minutes: `aws iam list-access-keys --user-name \(user)`
          """)

    case .sessionsNotRevoked(let id, let why, let byHand):
      FindingText(
        .sessionsNotRevoked, .failed, Self.notRevoked(id, why),
        remedy: """
          every run tries again. If permission is lacking, `rotate policy --with-revocation` has \
          it; by hand: \(byHand)
          """)

    case .revocationNameTaken(let policy, let user, let isInTheWay):
      FindingText(
        .revocationNameTaken, isInTheWay ? .failed : .notice,
        """
        \(user) has an inline policy \(policy) that rotate did not write, so it was left as it is
        """,
        remedy: "rename or delete that policy; the next run goes on")

    case .revocationNotEnded(let id, let policy, let user, let why):
      FindingText(
        .revocationNotEnded, .failed,
        "the policy \(policy) of \(user) can't be read: \(Self.notRevoked(id, why))",
        remedy: """
          nothing breaks by it: all that it denies has ended. The next run tries again; `rotate \
          policy --with-revocation` has the permission
          """)

    case .contained(let containment, let user): containment.text(user)
    }
  }

  private static func notRevoked(_ id: AccessKeyID?, _ why: String) -> Sentence {
    let key: Sentence = id.map { "\($0)" } ?? "the key"
    return "the sessions that were made with \(key) were not revoked: \(why)"
  }

  /// With a superseded key that still works, or can be made to, nobody has to wait for room.
  private static func ways(_ others: [Occupant], _ user: String) -> Sentence {
    let back = others.filter(\.isWayBack).map { other -> Sentence in
      """
      `rotate rollback --user \(user)` publishes \(other.id) again; the run after it makes the \
      compromised key Inactive
      """
    }
    return (back + others.map { $0.deletion(user) }).joined(by: "; ")
  }
}

extension LeakFinding.Occupant {
  fileprivate func deletion(_ user: String) -> Sentence {
    """
    `aws iam delete-access-key --user-name \(user) --access-key-id \(id)` makes room for the next \
    run: \(consequence)
    """
  }

  private var consequence: Sentence {
    switch (isRetiring, isInactive) {
    case (true, true): "it is Inactive, so nothing breaks; it can't be brought back then"
    case (true, false): "it is superseded but Active: builds that still use it fail at once"
    case (false, true): "it isn't this program's and is Inactive; somebody may want it"
    case (false, false):
      """
      it isn't this program's, and whoever uses it fails at once (`aws iam \
      get-access-key-last-used --access-key-id \(id)` says who)
      """
    }
  }
}

extension LeakFinding.Containment {
  /// In order: what is contained, what isn't, and the commands for that.
  fileprivate func text(_ user: String) -> FindingText {
    let refused =
      switch isRefused {
      case true: ", and AWS refuses calls that are signed with it"
      case false: ", but AWS has not refused it yet"
      case nil: ". This run does not have its secret, so it has not tried whether AWS refuses it"
      }
    let publication: Sentence = successor.map { ". \($0) is published in its place" } ?? ""
    var open: [Sentence] = []
    var ways: [Sentence] = []
    switch sessions {
    case .denied(let before):
      ways.append(
        """
        sessions of \(user) that were issued before \(before) are denied, once IAM has spread the \
        policy (some minutes)
        """)
    case .goOn(let end):
      open.append("sessions that were made with it work until \(end) at the latest")
      ways.append("`rotate --user \(user) --compromised --revoke-sessions` ends the sessions")
    case nil: break
    }
    open.append("sessions of roles that were assumed with it last as long as they were made for")
    ways.append("revoke the sessions of each role that \(user) may assume")
    if !staleCopies.isEmpty {
      open.append("\(staleCopies.joined(separator: ", ")) may still show it")
    }
    ways.append(
      """
      `aws cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,\
      AttributeValue=\(id)` shows what it was used for
      """)
    return FindingText(
      .contained, .notice,
      """
      contained: \(id) is Inactive since \(at)\(refused)\(publication). Not contained: \
      \(open.joined(by: "; "))
      """,
      remedy: ways.joined(by: "; "))
  }
}
