extension EvidenceFinding {
  var text: FindingText {
    switch self {
    case .missing(let subject, let why, let consequence):
      FindingText(
        .evidenceMissing, .failed, "\(subject.words) could not be looked at: \(why)",
        remedy: consequence.words)

    case .untried(let version, let why):
      FindingText(.evidenceMissing, .failed, "version \(version) could not be tried: \(why)")
    }
  }
}

extension EvidenceFinding.Subject {
  fileprivate var words: Sentence {
    switch self {
    case .credentials: "credentials"
    case .pair: "the pair"
    case .recordAuthorship: "whether the record is this program's"
    case .history: "the history of `credentials`"
    case .provenance(let id): "whether \(id) was published"
    case .lastUse(let id): "the last use of \(id)"
    }
  }
}

extension EvidenceFinding.Consequence {
  fileprivate var words: Sentence {
    switch self {
    case .nothingChanged: "nothing was changed; the next run tries again"
    case .nothingChangedUntilDecrypted:
      """
      allow kms:Decrypt on its KMS key; until then nobody here knows which key is published, and \
      nothing is changed
      """
    case .keyLeftAlone: "the key is left alone meanwhile; the next run looks again"
    case .keyKeptActive: "the key stays Active meanwhile; the next run looks again"
    }
  }
}
