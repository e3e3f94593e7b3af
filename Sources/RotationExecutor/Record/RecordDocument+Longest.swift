internal import FoundationEssentials
internal import RotationPlanner

/// The longest that a record can become. What isn't long by itself is bounded where it comes in: a
/// pause's reason and ARN, the number of a version, the tokens of the projections.
extension RecordDocument {
  /// IAM allows two keys and may overshoot that by one; one that is gone stays until a run has seen it.
  package static let mostKeys = 4
  /// Ids are 20 characters long, and IAM's own limit of 128 is a promise to nobody.
  package static let longestId = 32

  /// In bytes: of a user with an MFA device of this name, or none, and so many parameters beside
  /// `credentials` that show the key.
  package static func longest(projections count: Int, mfaSerial: String?) -> Int {
    let time = Date(timeIntervalSince1970: 253_402_300_799)
    let ids = (0..<mostKeys).map { AccessKeyID(filled(longestId - 1) + "\($0)") }
    var published = PublishedKey(
      id: ids[0], createdAt: time, publishedAt: time, credentialsVersion: longestNumber,
      credentialsAt: time)
    (published.provenAt, published.compromised) = (time, true)
    let retiring = ids.map {
      RetiringKey(
        id: $0, supersededAt: time, deactivatedAt: time, provenAt: time, compromised: true)
    }
    let session = mfaSerial.map {
      SessionState(
        accessKeyId: ids[0], version: longestNumber, expiresAt: time, lastStep: longestNumber,
        enrolling: $0)
    }
    let text = filled(Pause.longestReason)
    let state = RotationState(
      user: filled(64), userId: filled(longestId), account: filled(12), generation: longestNumber,
      published: published, retiring: retiring, session: session,
      pause: Pause(since: time, until: time, reason: text, by: text, rollbackTo: ids[0]),
      leak: Leak(id: ids[0], containedAt: time, revokes: true, revokedBefore: time))
    let intent = InFlight(
      runId: filled(longestRunId), host: filled(longestId), startedAt: time,
      knownKeyIds: ids.map(\.rawValue), takesOver: filled(longestRunId),
      compromised: ids.map(\.rawValue), revokes: true)
    let tokens = (0..<count).map {
      (String(10_000_000_000 + $0).suffix(ParameterProjection.recordKeyLength), longestNumber)
    }
    var document = RecordDocument(
      state, runId: filled(longestRunId), inFlight: intent, audit: .longest,
      projections: Dictionary(tokens.map { (String($0.0), $0.1) }) { first, _ in first },
      writtenAt: time)
    document.mac = filled(RecordProof.length)
    return document.encoded().count
  }

  /// Ten digits.
  private static let longestNumber = 9_999_999_999
  /// A rollback's second run adds two to the 32.
  private static let longestRunId = 34

  private static func filled(_ count: Int) -> String { String(repeating: "x", count: count) }
}

extension RecordDocument.Anchor {
  /// No log of this program has an anchor that takes more room.
  static let longest = RecordDocument.Anchor(
    sequence: 1 << 53, hash: String(repeating: "x", count: 64),
    host: String(repeating: "x", count: 32))
}
