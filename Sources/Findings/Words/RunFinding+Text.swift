extension RunFinding {
  var text: FindingText {
    switch self {
    case .leaseHeld(let run, let host, let until, let isAwaited):
      FindingText(
        .leaseHeld, isAwaited ? .act : .notice,
        """
        another run (\(run), host \(host)) is changing this user's keys; it may until \(until)
        """,
        remedy: "nothing: if that run has died, the next run after that time finishes its work")

    case .leaseLost(let run, let isAwaited):
      FindingText(
        .leaseHeld, isAwaited ? .act : .notice,
        """
        another run began in the same moment and changes this user's keys \
        (\(run ?? "it has finished"))
        """,
        remedy: "nothing: run again later if you want to see how it ended")

    case .intentNotSeen:
      FindingText(
        .intentNotSeen, .failed,
        """
        the record's history doesn't show this run's intent, so it can't tell who may change the \
        keys
        """,
        remedy: "nothing was changed; the next run tries again")

    case .movedOn:
      FindingText(
        .movedOn, .failed, "what stands in Parameter Store changed while it was looked at",
        remedy: "run again")

    case .noDecision:
      FindingText(
        .noDecision, .failed, "what was seen kept changing; nothing was decided",
        remedy: "run again")

    case .interrupted:
      FindingText(
        .interrupted, .failed, "the run was told to end; what is left was not begun",
        remedy: "nothing is lost: the next run goes on from here")

    case .creationUnanswered(let unanswered):
      FindingText(.creationUnanswered, .notice, unanswered.words)

    case .creationFailed(let sent, let removed, let last):
      FindingText(
        .creationFailed, .failed,
        """
        no new key was published: CreateAccessKey was sent \(sent) times and never answered. \
        \(removed == 0 ? "No key came of it" : "\(removed) keys came of it and were removed again"). \
        The last time: \(last.words)
        """,
        remedy: """
          see whether something on the way to IAM swallows replies (a proxy, a time-out); the next \
          run tries again
          """)

    case .newKeyUnusable(let id, let region, let timeout, let why):
      Self.unusable(id, region ?? "this run's region", timeout, why)

    case .strangeSecret:
      FindingText(
        .strangeSecret, .failed,
        "the key has characters that no access key has; it was not published")

    case .publicationUnconfirmed(let id):
      FindingText(
        .publicationUnconfirmed, .failed,
        "`credentials` was put, but reading it back doesn't show the new key \(id)",
        remedy: "nothing is lost: the next run finds out which key is published")

    case .restoreRefused(let version):
      FindingText(
        .restoreRefused, .notice, "the secret in version \(version) doesn't work either")

    case .keySpared(let id, let isSeen):
      FindingText(
        .keySpared, .failed,
        """
        \(id) is left as it is: \
        \(isSeen ? "`credentials` holds it" : "this run hasn't seen what `credentials` holds")
        """,
        remedy: "nothing: the next run looks again")
    }
  }

  private static func unusable(
    _ id: AccessKeyID, _ place: String, _ timeout: Duration, _ why: String
  ) -> FindingText {
    FindingText(
      .newKeyUnusable, .failed,
      "the new key \(id) could not be used in \(place) within \(timeout): \(why)",
      remedy: """
        the old key is untouched and still published; the next run tries again. If it repeats, \
        \(place) may be switched off for this account: see AWS Regions in the account's settings \
        (`aws account get-region-opt-status`), and STS's endpoints in IAM's account settings. A \
        region that no consumer uses need not stand in verify.regions
        """)
  }
}

extension RunFinding.Unanswered {
  fileprivate var words: Sentence {
    switch self {
    case .noAnswer(let why):
      "CreateAccessKey got no answer (\(why)); whatever it made is removed"
    case .oldKey(let id):
      """
      the reply to CreateAccessKey names \(id), which existed before, so it can't be the new key; \
      whatever was made is removed
      """
    }
  }
}
