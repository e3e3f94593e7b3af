extension CopyFinding {
  var text: FindingText {
    switch self {
    case .notUpdated(let stale, let superseded, let kept):
      FindingText(
        .copyNotUpdated, stale.severity,
        """
        the superseded key \(superseded) stays \(kept): \(stale.have) not been given \
        \(stale.published(or: "its successor")), so builds that read \(stale.them) may still use \
        the superseded key\(stale.cause == .refused ? ". The last write was refused" : "")
        """,
        remedy: stale.cause == .passing
          ? "nothing: a run writes it, and a run after that goes on with the retirement"
          : """
          remove the cause, which the failed write or the type names: each run tries again, and \
          goes on with the retirement after it. A copy that no build reads any more: take it out \
          of the configuration
          """)

    case .showsLeakedKey(let stale, let leaked):
      FindingText(
        .copyShowsLeakedKey, stale.severity,
        """
        \(stale.have) not been given \(stale.published(or: "a new key")) and may still show the \
        leaked key \(leaked): builds that read \(stale.them) fail
        """,
        remedy: """
          have those builds read `credentials`, or remove the cause of the failed write: each run \
          tries again
          """)

    case .misfit(let misfit, let user): misfit.text(user)

    case .compromisedBehindMisfit(let id, let isActive, let user):
      FindingText(
        .parameterType, .act,
        """
        \(id) is said to be compromised and can't be replaced, since no key can be published in a \
        `credentials` of that type: it is still published\(isActive ? " and Active" : "")
        """,
        remedy: """
          to stop it at once, before there is a new key: `aws iam update-access-key --user-name \
          \(user) --access-key-id \(id) --status Inactive`; then every build fails until \
          `credentials` is mended and `rotate --user \(user) --compromised` has published a new key
          """)

    case .file(let path, let why):
      FindingText(
        .projectionFile, .failed, "\(path): \(why)", remedy: "the next run tries again")

    case .sessionTokenRemoved(let file):
      FindingText(
        .sessionTokenRemoved, .notice,
        """
        \(file): a session token stood beside the key and would have made it useless; it was taken \
        out
        """)
    }
  }
}

extension CopyFinding.Stale {
  /// What the next run mends by itself is nobody's trouble.
  fileprivate var severity: Finding.Severity {
    switch cause {
    case .passing: .notice
    case .type: .act
    case .refused: .failed
    }
  }

  fileprivate var have: String {
    names.joined(separator: ", ") + (names.count == 1 ? " has" : " have")
  }

  fileprivate var them: String { names.count == 1 ? "it" : "them" }

  fileprivate func published(or none: String) -> Sentence {
    published.map { "\($0)" } ?? "\(none)"
  }
}
