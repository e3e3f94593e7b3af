package import FoundationEssentials
package import RotationPlanner

/// The record: the small, non-secret JSON parameter that holds the rotation's state for one user.
///
/// A version with `inFlight` is an intent, one without it is a state.
package struct RecordDocument: Codable, Sendable, Equatable {
  /// The schema that this version of the program reads and writes.
  package static let schema = 1
  /// Parameter Store's limit for a Standard parameter, in bytes.
  package static let largest = 4096

  package struct Published: Codable, Sendable, Equatable {
    package var accessKeyId: String
    package var createdAt: Date
    package var publishedAt: Date
    package var credentialsVersion: Int
    /// When that version was written, by AWS's clock; left out in older records.
    package var credentialsAt: Date?
    package var provenAt: Date?
    /// It is to be replaced as compromised; left out where it isn't.
    package var compromised: Bool?
  }

  package struct Retiring: Codable, Sendable, Equatable {
    package var accessKeyId: String
    package var supersededAt: Date
    package var deactivatedAt: Date?
    package var provenAt: Date?
    /// It was replaced as compromised; left out where it wasn't.
    package var compromised: Bool?

    /// An Active key has `"deactivatedAt": null`, so that a reader finds the key in either case.
    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(accessKeyId, forKey: .accessKeyId)
      try container.encode(supersededAt, forKey: .supersededAt)
      try container.encode(deactivatedAt, forKey: .deactivatedAt)
      try container.encodeIfPresent(provenAt, forKey: .provenAt)
      try container.encodeIfPresent(compromised, forKey: .compromised)
    }
  }

  /// Somebody has stopped the rotations.
  package struct Paused: Codable, Sendable, Equatable {
    package var since: Date
    /// Left out: until somebody resumes them.
    package var until: Date?
    package var reason: String
    /// The ARN that acted.
    package var by: String?
    /// The key that a rollback is to publish again, or has.
    package var rollbackTo: String?
  }

  /// The intent: what a run says before it changes anything.
  package struct InFlight: Codable, Sendable, Equatable {
    package var runId: String
    package var host: String
    package var startedAt: Date
    package var knownKeyIds: [String]
    /// The run of the same host that is known to be dead.
    package var takesOver: String?
    /// The keys that the run is to replace as compromised: whoever recovers from it does that.
    package var compromised: [String]?
    /// It is to revoke the sessions of such a key, too; left out where it isn't.
    package var revokes: Bool?

    package init(
      runId: String, host: String, startedAt: Date, knownKeyIds: [String], takesOver: String? = nil,
      compromised: [String]? = nil, revokes: Bool? = nil
    ) {
      self.runId = runId
      self.host = host
      self.startedAt = startedAt
      self.knownKeyIds = knownKeyIds
      self.takesOver = takesOver
      self.compromised = compromised
      self.revokes = revokes
    }

    /// A run that takes over from nobody has `"takesOver": null`.
    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(runId, forKey: .runId)
      try container.encode(host, forKey: .host)
      try container.encode(startedAt, forKey: .startedAt)
      try container.encode(knownKeyIds, forKey: .knownKeyIds)
      try container.encode(takesOver, forKey: .takesOver)
      try container.encodeIfPresent(compromised, forKey: .compromised)
      try container.encodeIfPresent(revokes, forKey: .revokes)
    }
  }

  /// What outlives the last key that was replaced as compromised.
  package struct Leaked: Codable, Sendable, Equatable {
    package var accessKeyId: String
    /// Left out while it is Active.
    package var containedAt: Date?
    /// Its sessions are to be revoked; left out where nobody ordered that.
    package var revokes: Bool?
    /// A policy of the user denies what was issued before; left out where there is none.
    package var revokedBefore: Date?
  }

  /// What stands in the parameter `session`, and which code was sent last.
  package struct Session: Codable, Sendable, Equatable {
    package var accessKeyId: String?
    package var version: Int?
    package var expiresAt: Date?
    package var lastStep: Int?
    package var enrolling: String?
  }

  /// The audit log's head when this version was written.
  package struct Anchor: Codable, Sendable, Equatable {
    package var sequence: Int
    package var hash: String
    /// Whose audit log: the id of that host's lock.
    package var host: String?

    package init(sequence: Int, hash: String, host: String?) {
      self.sequence = sequence
      self.hash = hash
      self.host = host
    }
  }

  package var schema: Int
  package var user: String
  package var userId: String
  package var account: String
  package var generation: Int
  package var published: Published?
  package var retiring: [Retiring]
  package var paused: Paused?
  package var inFlight: InFlight?
  package var audit: Anchor?
  /// The run that wrote this version. A state counts only where its writer holds the lease.
  package var runId: String?
  /// The versions of the projections as this program last wrote them: a later one is a stranger's.
  package var projections: [String: Int]?
  /// Only for users with MFA sessions.
  package var session: Session?
  package var leak: Leaked?
  /// When a state was written, by AWS's clock; an intent has `startedAt`.
  package var writtenAt: Date?
  /// What shows that this program wrote this version: see `RecordProof`. Left out where there was
  /// no published secret to prove it by.
  package var mac: String?

  package init(
    _ state: RotationState, runId: String, inFlight: InFlight? = nil, audit: Anchor?,
    projections: [String: Int], writtenAt: Date? = nil
  ) {
    schema = Self.schema
    user = state.user
    userId = state.userId
    account = state.account
    generation = state.generation
    published = state.published.map {
      Published(
        accessKeyId: $0.id.rawValue, createdAt: $0.createdAt, publishedAt: $0.publishedAt,
        credentialsVersion: $0.credentialsVersion, credentialsAt: $0.credentialsAt,
        provenAt: $0.provenAt, compromised: $0.compromised ? true : nil)
    }
    retiring = state.retiring.map {
      Retiring(
        accessKeyId: $0.id.rawValue, supersededAt: $0.supersededAt,
        deactivatedAt: $0.deactivatedAt, provenAt: $0.provenAt,
        compromised: $0.compromised ? true : nil)
    }
    paused = state.pause.map {
      Paused(
        since: $0.since, until: $0.until, reason: $0.reason, by: $0.by,
        rollbackTo: $0.rollbackTo?.rawValue)
    }
    self.inFlight = inFlight
    self.audit = audit
    self.runId = runId
    self.writtenAt = writtenAt
    self.projections = projections.isEmpty ? nil : projections
    session = state.session.map {
      Session(
        accessKeyId: $0.accessKeyId?.rawValue, version: $0.version, expiresAt: $0.expiresAt,
        lastStep: $0.lastStep, enrolling: $0.enrolling)
    }
    leak = state.leak.map {
      Leaked(
        accessKeyId: $0.id.rawValue, containedAt: $0.containedAt, revokes: $0.revokes ? true : nil,
        revokedBefore: $0.revokedBefore)
    }
  }

  /// The part that the planner works with.
  package var state: RotationState {
    RotationState(
      user: user, userId: userId, account: account, generation: generation,
      published: published.map {
        PublishedKey(
          id: AccessKeyID($0.accessKeyId), createdAt: $0.createdAt, publishedAt: $0.publishedAt,
          credentialsVersion: $0.credentialsVersion, credentialsAt: $0.credentialsAt,
          provenAt: $0.provenAt, compromised: $0.compromised ?? false)
      },
      retiring: retiring.map {
        RetiringKey(
          id: AccessKeyID($0.accessKeyId), supersededAt: $0.supersededAt,
          deactivatedAt: $0.deactivatedAt, provenAt: $0.provenAt,
          compromised: $0.compromised ?? false)
      },
      session: session.map {
        SessionState(
          accessKeyId: $0.accessKeyId.map { AccessKeyID($0) }, version: $0.version,
          expiresAt: $0.expiresAt, lastStep: $0.lastStep, enrolling: $0.enrolling)
      },
      pause: paused.map {
        Pause(
          since: $0.since, until: $0.until, reason: Pause.harmless($0.reason),
          by: $0.by.map { Pause.harmless($0) },
          rollbackTo: $0.rollbackTo.map { AccessKeyID($0) })
      },
      leak: leak.map {
        Leak(
          id: AccessKeyID($0.accessKeyId), containedAt: $0.containedAt,
          revokes: $0.revokes ?? false, revokedBefore: $0.revokedBefore)
      })
  }
}

extension RecordDocument {
  /// What one version of the parameter turned out to be.
  package enum Reading: Sendable, Equatable {
    case document(RecordDocument)
    case damaged(String)
    case newerSchema(Int)
  }

  /// Reads one version. Never throws: whatever is wrong is a finding for a person.
  package static func read(_ text: String) -> Reading {
    struct Version: Decodable { var schema: Int }
    guard text.utf8.count <= largest else { return .damaged("it is longer than 4 KB") }
    let data = Data(text.utf8)
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    do {
      let document = try decoder.decode(RecordDocument.self, from: data)
      if document.schema != schema { return other(document.schema) }
      return document.isCountable
        ? .document(document) : .damaged("a number or a time is out of range")
    } catch {
      guard let version = try? decoder.decode(Version.self, from: data) else {
        return .damaged("it is not a JSON object with a `schema`")
      }
      if version.schema != schema { return other(version.schema) }
      return .damaged(
        (error as? DecodingError)?.place ?? "it doesn't have the form of a record")
    }
  }

  private static func other(_ found: Int) -> Reading {
    found > schema ? .newerSchema(found) : .damaged("it has schema \(found)")
  }

  /// Whether each number is one that can be counted on from, and that every reader of JSON holds
  /// exactly; and each time a whole second of the years 1 to 9999, which alone can be written again.
  private var isCountable: Bool {
    let numbers =
      [
        generation, published?.credentialsVersion, audit?.sequence, session?.version,
        session?.lastStep,
      ].compactMap(\.self) + (projections ?? [:]).values
    var times = retiring.flatMap { [$0.supersededAt, $0.deactivatedAt, $0.provenAt] }
    times += [published?.createdAt, published?.publishedAt, published?.provenAt]
    times += [writtenAt, published?.credentialsAt]
    times += [leak?.containedAt, leak?.revokedBefore]
    times += [inFlight?.startedAt, session?.expiresAt, paused?.since, paused?.until]
    return numbers.allSatisfy { (0...(1 << 53)).contains($0) }
      && times.compactMap(\.self).allSatisfy {
        let seconds = $0.timeIntervalSince1970
        return (-62_135_596_800...253_402_300_799).contains(seconds)
          && seconds == seconds.rounded()
      }
  }

  /// The JSON, its keys sorted, so that equal records are equal bytes.
  package func encoded() -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Nothing in a record can fail to encode: strings, integers and dates only.
    return (try? encoder.encode(self)).map { Array($0) } ?? []
  }
}

extension DecodingError {
  /// Where in the document, and what; never a value.
  fileprivate var place: String {
    func path(_ context: Context, _ last: (any CodingKey)? = nil) -> String {
      (context.codingPath + (last.map { [$0] } ?? []))
        .map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
    }
    switch self {
    case .keyNotFound(let key, let context): return "\(path(context, key)) is missing"
    case .typeMismatch(_, let context): return "\(path(context)) has the wrong type"
    case .valueNotFound(_, let context): return "\(path(context)) is null"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty
        ? "it is not JSON" : "\(path(context)) is not what it should be"
    @unknown default: return "it doesn't have the form of a record"
    }
  }
}
