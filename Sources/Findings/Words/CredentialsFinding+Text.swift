extension CredentialsFinding {
  var text: FindingText {
    switch self {
    case .none(let source, let why, let advice, let isLookedFor):
      FindingText(
        .noCredentials, .failed, "\(source): \(why)", remedy: Self.remedy(advice, isLookedFor))
    case .broken(let source, let why, let advice, let isLookedFor):
      FindingText(
        .credentials, .failed, "\(source): \(why)", remedy: Self.remedy(advice, isLookedFor))

    case .notPublished(let user, let parameter, let region):
      FindingText(
        .notPublished, .failed,
        "nothing is published for \(user): there is no parameter \(parameter) in \(region)",
        remedy: """
          run `rotate --user \(user)`, or check --region, the configuration, and whether the name \
          is spelled as IAM spells it: parameters are told apart by case
          """)

    case .notPublishedForSession(let user):
      FindingText(
        .notPublished, .failed, "no key is published for \(user) that a session could be of",
        remedy: "run `rotate --user \(user)`")

    case .damaged(let parameter, let why, let user):
      FindingText(
        .credentialsDamaged, .failed, "\(parameter) is damaged: \(why)",
        remedy: "run `rotate --user \(user)`, which repairs it")

    case .noSession(let user):
      FindingText(
        .noSessions, .failed, "\(user) has no session in the configuration",
        remedy: """
          add to its entry: "session": {"mfaSerial": …, "totpSeed": …}
          """)

    case .noSessionFromAWS:
      FindingText(.sessionFailed, .failed, "AWS's answers give no time, or no session")
    }
  }

  private static func remedy(_ advice: String, _ isLookedFor: Bool) -> Sentence {
    "\(advice)\(isLookedFor ? " `rotate whoami` shows what was tried." : "")"
  }
}
