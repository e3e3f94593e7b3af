/// Something that had to be known could not be read, so nothing was decided on it.
package enum EvidenceFinding: Hashable, Sendable {
  case missing(Subject, why: String, Consequence = .nothingChanged)

  /// The credential in that version of `credentials`.
  case untried(version: Int, why: String)

  package enum Subject: Hashable, Sendable {
    case credentials
    case pair
    case recordAuthorship
    case history
    case provenance(AccessKeyID)
    case lastUse(AccessKeyID)
  }

  package enum Consequence: Hashable, Sendable {
    case nothingChanged
    /// Nobody here knows which key is published.
    case nothingChangedUntilDecrypted
    case keyLeftAlone
    case keyKeptActive
  }
}
