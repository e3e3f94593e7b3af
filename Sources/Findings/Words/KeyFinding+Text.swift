extension KeyFinding {
  var text: FindingText {
    switch self {
    case .publishedKeyInactive(let id):
      FindingText(
        .publishedKeyInactive, .act,
        "the published key \(id) is Inactive: somebody has contained it",
        remedy: """
          find out why; then make it Active again, or delete it: the next run publishes a new one
          """)

    case .overdue(let id, let age, let allowed, let pausedUser):
      FindingText(
        .overdue, .act,
        "the published key \(id) is \(age) old; the policy allows \(allowed)",
        remedy: pausedUser.map {
          "the pause keeps it from being rotated: `rotate resume --user \($0)` ends that"
        } ?? "the other findings of this user say what keeps it from being rotated")

    case .foreignKey(let id):
      FindingText(
        .foreignKey, .notice,
        "the key \(id) isn't this program's; while it exists there is no room for a rotation",
        remedy: """
          find out who uses it, and delete it if nobody does; `--make-room` retires it if it is \
          Inactive or was never used
          """)

    case .stillInUse(let id, let use, let isTooOld):
      FindingText(
        .stillInUse, isTooOld ? .act : .notice,
        "the superseded key \(id) is still in use\(use.inWords)",
        remedy: "find the consumer that keeps a copy and have it read the published key")

    case .ownKey(let id, let isDue):
      FindingText(
        .ownKey, isDue ? .act : .notice,
        "the superseded key \(id) signs this run, so it stays Active",
        remedy: """
          have this host read the published key; `rotate whoami` shows where it finds this one
          """)

    case .ownKeyInTheWay(let id):
      FindingText(
        .ownKey, .act, "\(id) signs this run, so it can't be taken away by it",
        remedy: "give this host another credential; `rotate whoami` shows where it finds this one")

    case .unknownStatus(let id, let status, isRetiring: false):
      FindingText(
        .unknownStatus, .act,
        "the key \(id) has the status \(status), which this version doesn't know",
        remedy: "look at the key in IAM; a newer rotate may know the status")
    case .unknownStatus(let id, let status, isRetiring: true):
      FindingText(
        .unknownStatus, .act,
        "the retiring key \(id) has the status \(status), which this version doesn't know",
        remedy: "look at the key in IAM")

    case .perhapsPublished(let id, let run, let version, let why):
      FindingText(
        .perhapsPublished, .act,
        """
        run \(run) created \(id) and ended before it could say whether it was published; version \
        \(version) of `credentials` may hold it and can't be decrypted: \(why)
        """,
        remedy: """
          the key is left alone. Find out who uses it (`aws iam get-access-key-last-used \
          --access-key-id \(id)`), and delete it if nobody does
          """)

    case .listLags(let id, let lag):
      FindingText(.listLags, .failed, lag.words(id), remedy: "nothing: the next run sees more")

    case .notUsableYet(let id, let youth): youth.text(id)
    }
  }
}

extension KeyFinding.Lag {
  fileprivate func words(_ id: AccessKeyID) -> Sentence {
    switch self {
    case .reactivation:
      """
      \(id) was made Active and published again just now, and IAM's list doesn't show that yet
      """
    case .credentialsKey: "`credentials` holds \(id), which works, but IAM doesn't list it yet"
    case .publishedKey: "the published key \(id) works, but IAM doesn't list it"
    }
  }
}

extension KeyFinding.Youth {
  fileprivate func text(_ id: AccessKeyID) -> FindingText {
    switch self {
    case .refused(let age):
      FindingText(
        .notUsableYet, .failed,
        "`credentials` holds \(id), created \(age) ago, and AWS refuses it so far",
        remedy: "nothing: IAM takes its time with new keys; the next run tries again")
    case .unlisted(let age):
      FindingText(
        .notUsableYet, .failed,
        """
        `credentials` holds \(id), published \(age) ago, and IAM neither lists nor accepts it so far
        """,
        remedy: "nothing: IAM takes its time with new keys; the next run tries again")
    case .unseen(let age):
      FindingText(
        .notUsableYet, .failed,
        "the published key \(id) was created \(age) ago and can't be seen yet",
        remedy: "nothing: the next run sees more")
    }
  }
}
