package import struct FoundationEssentials.Date

/// What was seen of one user at one moment. Whatever could not be read is said to be unknown,
/// never taken for absent.
package struct Observation: Sendable {
  package var user: ObservedUser
  package var keys: [AccessKey]
  package var record: RecordReading
  package var lease: LeaseStanding
  /// The version of `credentials`; nil where the parameter doesn't exist.
  package var credentialsVersion: Int?
  /// When that version was written. `credentials` that were deleted and put anew begin at 1 again.
  package var credentialsModifiedAt: Date?
  /// What `credentials` holds; nil until it was looked at.
  package var credentials: Known<CredentialsContent>?
  /// The value of the pair's `AWS_ACCESS_KEY_ID`; nil where there is none, and while it can't be
  /// read without decrypting it.
  package var pairKeyId: AccessKeyID?
  /// Both halves of the pair exist, its id as a SecureString: `Evidence.pair` brings it.
  package var pairIsSealed = false
  /// Whether the pair's secret belongs to its key id; nil until it was tried.
  package var pairWorks: Known<Bool>?
  /// The versions of `credentials`, oldest first; nil until its history was listed. What each holds
  /// is known only where that was asked for.
  package var publications: Known<[Publication]>?
  /// Whether a key that `credentials` has held stood there by more than somebody's word: its secret
  /// works, or this program's own principal put it. Nil until that was looked at.
  package var provenance: [AccessKeyID: Known<Bool>] = [:]
  /// Whether the record is this program's word; nil until that was looked at.
  package var attestation: Known<Attestation>?
  /// The versions of the record that are not this program's, as far as they were met.
  package var foreignWrites: [ForeignWrite] = []
  /// The parameters that exist in a type in which they can't be given what belongs there.
  package var misfits: [Misfit] = []
  /// Whether there is any copy beside `credentials`: the pair, a projection, a local file.
  package var hasCopies = false
  /// The copies (parameters, local files) that don't show the published key, or that it is not
  /// known of: whichever keys were superseded may stand there still.
  package var drift: [String]
  /// The projections that could not be looked at: whether they show the published key is unknown.
  package var unseen: [UnseenCopy] = []
  /// Those of `drift` that AWS, or this host, refused to have written when it was tried last.
  package var refusedCopies: Set<String> = []
  /// Those of `drift` that can't be written: because of `misfits`, and the other half of such a
  /// pair, which would be torn.
  package var unwritableCopies: Set<String> = []
  /// The keys whose ids stand in copies that anybody may read.
  package var shownKeys: Set<AccessKeyID> = []
  package var lastUsed: [AccessKeyID: Known<AccessKeyLastUsed>]
  /// The key that signs this run's calls, which may be one of this user's.
  package var ownKey: AccessKeyID?
  /// Keys that this program made, never published, and could not remove.
  package var unremoved: Set<AccessKeyID> = []
  /// This host's audit log lacks the entry that the record names.
  package var auditLogCut = false
  /// The version of the parameter `session`; nil where it doesn't exist.
  package var sessionVersion: Int?
  /// It could not be looked at.
  package var sessionIsUnseen = false
  /// Nil where the settings spell the user's name as IAM does.
  package var spelling: Spelling?

  package init(
    user: ObservedUser, keys: [AccessKey], record: RecordReading, lease: LeaseStanding,
    credentialsVersion: Int? = nil, credentials: Known<CredentialsContent>? = nil,
    pairKeyId: AccessKeyID? = nil, pairWorks: Known<Bool>? = nil,
    publications: Known<[Publication]>? = nil, drift: [String] = [],
    lastUsed: [AccessKeyID: Known<AccessKeyLastUsed>] = [:], ownKey: AccessKeyID? = nil
  ) {
    self.user = user
    self.keys = keys
    self.record = record
    self.lease = lease
    self.credentialsVersion = credentialsVersion
    self.credentials = credentials
    self.pairKeyId = pairKeyId
    self.pairWorks = pairWorks
    self.publications = publications
    self.drift = drift
    self.lastUsed = lastUsed
    self.ownKey = ownKey
  }

  /// What is believed of the record: nothing that it says of keys, where it was refuted.
  package var believed: RotationState? {
    guard case .state(let state) = record else { return nil }
    return isRefuted ? state.withoutClaims : state
  }

  package var isRefuted: Bool { attestation == .known(.refuted) }
}

/// A copy of the published credential that could not be looked at.
package struct UnseenCopy: Error, Sendable, Equatable {
  package var name: String
  /// What is told of it.
  package var finding: Finding

  package init(name: String, finding: Finding) {
    self.name = name
    self.finding = finding
  }
}

/// A managed user as IAM describes it.
package struct ObservedUser: Hashable, Sendable {
  package var name: String
  package var userId: String
  package var account: String

  package init(name: String, userId: String, account: String) {
    self.name = name
    self.userId = userId
    self.account = account
  }
}

/// The answer to a question that may have failed. A failure means "unknown", never "no".
package enum Known<Value: Sendable>: Sendable {
  case known(Value)
  /// With the reason, in words.
  case unknown(String)
}

extension Known: Equatable where Value: Equatable {}

/// The record, as far as it could be read.
package enum RecordReading: Sendable, Equatable {
  case absent
  /// The newest state: of the newest version, or of the history's replay.
  case state(RotationState)
  /// It is not JSON of the record's form.
  case damaged(String)
  /// The parameter exists in another type than String, so the record can never be put there.
  case misfit(Misfit)
  /// A later version of this program wrote it.
  case newerSchema(Int)
}

/// Who may change this user's keys now.
package enum LeaseStanding: Sendable, Equatable {
  /// The newest version of the record is a state, or there is none.
  case free
  /// The newest version is an intent: only the history tells.
  case unread
  /// Another run holds it.
  case held(LeaseHolder, until: Date)
  /// A run that can't go on left it: its time is over, or it was of this host and is dead.
  case abandoned(Unfinished)
  /// This run holds it; an earlier one may have left something behind.
  case mine(since: Date, left: Unfinished?)
}

/// The run that an intent names.
package struct LeaseHolder: Hashable, Sendable {
  package var runId: String
  package var host: String

  package init(runId: String, host: String) {
    self.runId = runId
    self.host = host
  }
}

/// What runs left that took the lease after the last state and never gave it back.
package struct Unfinished: Hashable, Sendable {
  /// The last of them.
  package var holder: LeaseHolder
  /// When they held the lease, by AWS's time, oldest first. What was created outside of these times
  /// isn't theirs: no change that they signed can have arrived then.
  package var tenures: [Tenure]
  /// The keys that existed when the first of them began.
  package var knownKeyIds: Set<AccessKeyID>
  /// The keys that one of them was to replace as compromised.
  package var compromised: Set<AccessKeyID>
  /// The keys that one of them found published when it took the lease. `credentials` may have been
  /// deleted since, and its history with it.
  package var foundPublished: Set<AccessKeyID>
  /// One of them was to revoke the sessions of such a key, too.
  package var revokes: Bool

  package init(
    holder: LeaseHolder, since: Date, until: Date = .distantFuture,
    knownKeyIds: Set<AccessKeyID>, compromised: Set<AccessKeyID> = [],
    foundPublished: Set<AccessKeyID> = [], revokes: Bool = false
  ) {
    self.init(
      holder: holder, tenures: [Tenure(since: since, until: until)], knownKeyIds: knownKeyIds,
      compromised: compromised, foundPublished: foundPublished, revokes: revokes)
  }

  package init(
    holder: LeaseHolder, tenures: [Tenure], knownKeyIds: Set<AccessKeyID>,
    compromised: Set<AccessKeyID>, foundPublished: Set<AccessKeyID>, revokes: Bool = false
  ) {
    self.holder = holder
    self.tenures = tenures
    self.knownKeyIds = knownKeyIds
    self.compromised = compromised
    self.foundPublished = foundPublished
    self.revokes = revokes
  }
}

/// From taking a lease to the end of its time.
package struct Tenure: Hashable, Sendable {
  package var since: Date
  package var until: Date

  package init(since: Date, until: Date) {
    self.since = since
    self.until = until
  }
}

/// What the parameter `credentials` holds.
package enum CredentialsContent: Hashable, Sendable {
  case absent
  /// Not the JSON of a credential.
  case damaged(String)
  /// STS accepted a call that was signed with it, from the expected user.
  case works(AccessKeyID)
  /// STS refused such a call, or it is another user's.
  case refused(AccessKeyID)
  /// Its KMS key can't be used by anybody: gone, or disabled. With AWS's words.
  case undecryptable(String)
  /// This caller may not use its KMS key; consumers may well be able to. With AWS's words.
  case withheld(String)

  package var accessKeyId: AccessKeyID? {
    switch self {
    case .works(let id), .refused(let id): id
    case .absent, .damaged, .undecryptable, .withheld: nil
    }
  }
}

/// One version of `credentials`.
package struct Publication: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    /// Nobody has looked yet.
    case unread
    case key(AccessKeyID)
    /// Not the JSON of a credential, or one whose secret was found wrong.
    case nothing
    /// Its KMS key is gone, disabled, or not this caller's to use. With AWS's words. Any key may
    /// have stood there.
    case undecryptable(String)
  }

  package var version: Int
  package var content: Content
  package var at: Date
  /// This program's own principal put it, by AWS's word.
  package var isOwn: Bool

  package init(version: Int, content: Content, at: Date, isOwn: Bool = false) {
    self.version = version
    self.content = content
    self.at = at
    self.isOwn = isOwn
  }

  package init(version: Int, id: AccessKeyID, at: Date, isOwn: Bool = false) {
    self.init(version: version, content: .key(id), at: at, isOwn: isOwn)
  }

  /// Nil where it isn't known to hold a key.
  package var id: AccessKeyID? { if case .key(let id) = content { id } else { nil } }
}
