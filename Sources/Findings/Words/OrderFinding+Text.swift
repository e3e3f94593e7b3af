internal import struct FoundationEssentials.Date

extension OrderFinding {
  var text: FindingText {
    switch self {
    case .paused(let pause, let user):
      FindingText(
        .paused, .notice, "rotations are \(pause.inWords)", remedy: Self.resumption(user))

    case .pausedThoughWanted(let pause, let wanted, let user, let isKnown):
      FindingText(
        .paused, isKnown ? .notice : .act,
        "a rotation is wanted (\(wanted)), but rotations are \(pause.inWords)",
        remedy: Self.resumption(user))

    case .pauseIsOver(let until, let now):
      FindingText(
        .pauseIsOver, .act,
        "a pause until \(until) would be over already: by AWS's clock it is \(now)",
        remedy: "name a later date with --until, or none")

    case .rollbackUnfinished(let id, let published, let user):
      FindingText(
        .rollbackUnfinished, .act,
        """
        a rollback to \(id) was begun and has not been finished: \
        \(published.map { "\($0) is still published" } ?? "nothing is published" as Sentence)
        """,
        remedy: """
          `rotate rollback --user \(user)` again; or, to stay with what is published, `rotate \
          resume --user \(user)`
          """)

    case .rollbackNotFinished(let id, let user):
      FindingText(
        .rollbackUnfinished, .act, "the rollback to \(id) was not finished",
        remedy: """
          see what is said beside this, and run `rotate rollback --user \(user)` again; `rotate \
          status` shows whether rotations are paused
          """)

    case .rollbackUnproven(let id, let version, let timeout, let why):
      FindingText(
        .rollbackUnproven, .failed,
        """
        \(id) is Active, but with the secret in version \(version) of `credentials` it could not be \
        used within \(timeout): \(why)
        """,
        remedy: """
          what was published is untouched; \(id) retires again, its grace from now on. Run `rotate \
          rollback` again if IAM was slow; rotations stay paused
          """)

    case .rolledBack(let id, let user):
      FindingText(
        .rolledBack, .notice, "\(id) is published again already",
        remedy: "nothing; `rotate resume --user \(user)` when new keys may come again")

    case .rollBackRefused(let id, let refusal, let user): refusal.text(id, user)

    case .nothingToRollBackTo(let there, let published, let user):
      FindingText(
        .nothingToRollBackTo, .act,
        "no superseded key exists any more; there is \(Self.standing(there, published))",
        remedy: "`rotate --user \(user) --now` makes a new key, if the published one is the trouble"
      )

    case .rollsBack(let id, let isActive, let superseded, let until, let user):
      FindingText(
        .runningBuilds, .notice,
        """
        builds that start from then on read \(id)\
        \(isActive ? "." : ", which is made Active again first.")\(superseded?.words ?? "") \
        No new key is made until `rotate resume --user \(user)`\
        \(until.map { ", or until \($0.inWords)" } ?? "")
        """)

    case .secretUnknown(let id, let secret, let graceUntil, let published):
      FindingText(
        .secretUnknown, .act,
        """
        \(id) can be made Active, but not published again: \(secret.inWords). Whoever keeps it can \
        use it until \(graceUntil) at least; builds that read Parameter Store go on with \
        \(published.map { "\($0)" } ?? "nothing" as Sentence)
        """,
        remedy: """
          if builds must read it, put it into `credentials` yourself, as a further version \
          (--overwrite --type SecureString) in the form of a credential_process: the next run \
          takes it over as the published key. Don't delete the parameter for that: its history \
          has the secrets that a rollback needs
          """)
    }
  }

  private static func resumption(_ user: String) -> Sentence {
    "`rotate resume --user \(user)` lets them go on"
  }

  private static func standing(_ there: [AccessKeyID], _ published: AccessKeyID?) -> Sentence {
    guard !there.isEmpty else { return "no key at all" }
    return there.map { id -> Sentence in
      id == published ? "the published key \(id)" : "\(id), which isn't this program's"
    }.joined(by: " and ")
  }
}

extension OrderFinding.Refusal {
  fileprivate func text(_ id: AccessKeyID, _ user: String) -> FindingText {
    switch self {
    case .misfit:
      FindingText(
        .rollBackRefused, .act, "\(id) can't be published again in a `credentials` of that type",
        remedy: """
          mend that first, see above; or make the key Active by hand: `aws iam update-access-key \
          --user-name \(user) --access-key-id \(id) --status Active`
          """)
    case .compromised:
      FindingText(
        .rollBackRefused, .act, "\(id) was replaced as compromised: it is not published again",
        remedy: "`rotate --user \(user) --now` makes another key, once there is room")
    case .expired:
      FindingText(
        .rollBackRefused, .act, "\(id) has expired: it can't be made Active again",
        remedy: "look at the key in IAM; there is no other superseded key to go back to")
    case .unknownStatus(let status):
      FindingText(
        .rollBackRefused, .act, "\(id) has the status \(status), which this version doesn't know",
        remedy: "look at the key in IAM; there is no other superseded key to go back to")
    }
  }
}

extension OrderFinding.Superseded {
  fileprivate var words: Sentence {
    switch self {
    case .active(let id, let grace):
      """
       Builds that have read \(id) go on: it stays Active for at least \(grace), and for as long as \
      it is used.
      """
    case .inactive(let id): " \(id) is Inactive and stays so."
    }
  }
}

extension OrderFinding.UnknownSecret {
  /// Also the reason of the step that makes the key Active.
  package var inWords: String {
    switch self {
    case .neverPublished: "its secret never stood in `credentials`"
    case .undecryptable(let version, let why):
      """
      no version of `credentials` that can be decrypted has its secret (version \(version) can't: \
      \(why))
      """
    }
  }
}
