internal import struct FoundationEssentials.Date

/// Which key is published, and does what stands in Parameter Store say so too?
extension Deliberation {
  /// How long after its creation a key may still be refused or missing from lists without that
  /// meaning anything: IAM is eventually consistent.
  static let propagation = Duration.seconds(600)

  mutating func settlePublished() {
    let recorded = published
    if let recorded, left == nil, stands(recorded) {
      settle(recorded)
    } else if recorded != nil || left != nil || observation.credentialsVersion != nil {
      followCredentials(recorded)
    } else {
      adoptPair()
    }
  }

  /// Whether `credentials` has the version that the record names. Numbers begin at 1 again where
  /// somebody deleted the parameter and put it anew, so its time counts, too.
  func stands(_ recorded: PublishedKey) -> Bool {
    guard recorded.credentialsVersion == observation.credentialsVersion else { return false }
    guard let then = recorded.credentialsAt, let now = observation.credentialsModifiedAt else {
      return true
    }
    return then == now.wholeSeconds
  }

  /// The record and `credentials` agree. What about the key itself?
  private mutating func settle(_ recorded: PublishedKey) {
    guard let key = key(recorded.id) else { return confirmGone(recorded) }
    switch key.status {
    case .active, .expired: break
    case .inactive
    where pause?.rollbackTo == key.id && now < recorded.publishedAt.over(policy.settle):
      stop(
        .key(.listLags(key.id, .reactivation)))
    case .inactive: contained(key.id)
    case .other(let status): strange(key.id, status)
    }
  }

  /// `credentials` is the commit point: where it and the record disagree, it decides.
  private mutating func followCredentials(_ recorded: PublishedKey?) {
    guard let content = observation.credentials else {
      wanted.insert(.credentials)
      return
    }
    switch content {
    case .unknown(let why):
      stop(.evidence(.missing(.credentials, why: why)))
    case .known(.works(let id)):
      if id == recorded?.id, let recorded {
        noteRewritten(recorded)
      } else {
        adopt(id, replacing: recorded)
      }
    case .known(.withheld(let why)):
      // Nobody has put a version since the record was written, so it holds what the record says.
      if let recorded, recorded.credentialsVersion == observation.credentialsVersion {
        return settle(recorded)
      }
      stop(.evidence(.missing(.credentials, why: why, .nothingChangedUntilDecrypted)))
    case .known(let other):
      restore(recorded, instead: other)
    }
  }

  private mutating func noteRewritten(_ recorded: PublishedKey) {
    settle(recorded)
    guard go, let version = observation.credentialsVersion, !stands(recorded) else { return }
    // Another key may have stood there in between.
    guard let superseded = superseded(by: recorded.id, recorded: recorded) else { return }
    let why = "`credentials` has version \(version), which holds the same, working key"
    if !superseded.isEmpty, let key = key(recorded.id) {
      take(key, from: .credentials, retiring: superseded)
      return add(.adopt(key, from: .credentials, retiring: superseded), why)
    }
    published?.credentialsVersion = version
    published?.credentialsAt = observation.credentialsModifiedAt?.wholeSeconds
    add(.note(recorded.id, .rewritten), why)
  }

  /// `credentials` holds another key than the record says, or there is no record, and it works.
  private mutating func adopt(_ id: AccessKeyID, replacing recorded: PublishedKey?) {
    guard let key = key(id) else {
      return stop(.key(.listLags(id, .credentialsKey)))
    }
    switch key.status {
    case .active, .expired: break
    case .inactive: return contained(id)
    case .other(let status): return strange(id, status)
    }
    guard let superseded = superseded(by: id, recorded: recorded) else { return }
    take(key, from: .credentials, retiring: superseded)
    let byDeadRun = left.flatMap {
      $0.tenures.isEmpty || $0.knownKeyIds.contains(id) ? nil : $0.holder.runId
    }
    let why =
      byDeadRun.map { "run \($0) published \(id) and ended before it could record that" }
      ?? "`credentials` holds \(id) and it works; the record doesn't say so"
    add(.adopt(key, from: .credentials, retiring: superseded), why)
  }

  /// The keys that begin to retire when `id` is taken for the published one; nil while the
  /// evidence is missing.
  private mutating func superseded(
    by id: AccessKeyID, recorded: PublishedKey?
  ) -> [RetiringKey]? {
    let listed = observation.keys.filter { key in
      key.id != id && !retiring.contains { $0.id == key.id }
    }
    var result: [RetiringKey] = []
    if let recorded, listed.contains(where: { $0.id == recorded.id }) {
      result.append(
        RetiringKey(
          id: recorded.id, supersededAt: now, provenAt: recorded.provenAt,
          compromised: marked.contains(recorded.id)))
    } else if recorded == nil, !observation.isRefuted, let left, !left.knownKeyIds.contains(id) {
      // The dead run's first publication supersedes the key that stood there. With two of them it
      // would have had no place for its own.
      let stood = listed.filter { left.knownKeyIds.contains($0.id) }
      if stood.count == 1 {
        result = [
          RetiringKey(
            id: stood[0].id, supersededAt: now, compromised: marked.contains(stood[0].id))
        ]
      }
    }
    let others = listed.filter { key in !result.contains { $0.id == key.id } }
    guard !others.isEmpty else { return result }
    // The history of `credentials` still tells which keys were published.
    for key in others {
      guard let trace = trace(of: key.id) else { return nil }
      guard let last = trace.last, stoodThere(key.id, last) else { continue }
      result.append(
        RetiringKey(
          id: key.id, supersededAt: trace.supersededAt ?? now, compromised: marked.contains(key.id))
      )
    }
    return wanted.isEmpty && !stopped ? result : nil
  }

  /// Whether a key that the history of `credentials` names stood there in truth: whoever may put
  /// parameters can name any key, but knows no secret of it.
  private mutating func stoodThere(_ id: AccessKeyID, _ version: Publication) -> Bool {
    if version.isOwn { return true }
    switch observation.provenance[id] {
    case nil:
      wanted.insert(.provenance(id))
      return false
    case .unknown(let why):
      stop(.evidence(.missing(.provenance(id), why: why)))
      return false
    case .known(let stood):
      return stood
    }
  }

  private mutating func take(
    _ key: AccessKey, from source: AdoptionSource, retiring more: [RetiringKey]
  ) {
    published = PublishedKey(
      id: key.id, createdAt: key.createdAt, publishedAt: now,
      credentialsVersion: observation.credentialsVersion ?? 0,
      credentialsAt: observation.credentialsModifiedAt?.wholeSeconds)
    vouched = key.id
    retiring = retiring.filter { $0.id != key.id } + more
  }

  /// `credentials` is damaged, gone, or doesn't work.
  private mutating func restore(_ recorded: PublishedKey?, instead content: CredentialsContent) {
    // A retiring key is Inactive by this program's own hand: that contains nothing.
    let isRetiring = retiring.contains { $0.id == content.accessKeyId }
    if let id = content.accessKeyId, let key = key(id), !isRetiring {
      if key.status == .inactive { return contained(id) }
      if id != recorded?.id, now - key.createdAt < Self.propagation {
        return stop(.key(.notUsableYet(id, .refused(sinceCreation: now - key.createdAt))))
      }
    }
    guard let recorded, let key = key(recorded.id) else {
      if let recorded { return confirmGone(recorded) }
      return adoptPair()
    }
    switch key.status {
    case .inactive: return contained(recorded.id)
    case .other(let status): return strange(recorded.id, status)
    case .expired: return
    case .active: break
    }
    // What can't be put back has to be mended by a person.
    guard canCommit else { return }
    if let id = content.accessKeyId, id != recorded.id, self.key(id) == nil {
      guard let trace = trace(of: id) else { return }
      if let at = trace.last?.at, now - at < Self.propagation {
        return stop(.key(.notUsableYet(id, .unlisted(sincePublication: now - at))))
      }
    }
    switch source(of: recorded) {
    case nil: break
    case .lost(let version):
      lost = true
      undecryptable = version
    case .version(let version):
      vouched = recorded.id
      add(
        .restoreCredentials(recorded.id, version: version),
        "`credentials` \(content.inWords); version \(version) held the published key")
    }
  }

  /// The published key isn't listed. Lists lag, so it has to be refused too.
  private mutating func confirmGone(_ recorded: PublishedKey) {
    guard let content = observation.credentials else {
      wanted.insert(.credentials)
      return
    }
    switch content {
    case .unknown(let why):
      stop(.evidence(.missing(.credentials, why: why)))
    case .known(.works(recorded.id)):
      stop(.key(.listLags(recorded.id, .publishedKey)))
    case .known where now - recorded.createdAt < policy.settle:
      stop(.key(.notUsableYet(recorded.id, .unseen(sinceCreation: now - recorded.createdAt))))
    case .known:
      gone = true
    }
  }

  /// No record and no `credentials`: the pair may hold a key that a person or another tool put
  /// there. It is taken over as it is, where its secret proves right.
  private mutating func adoptPair() {
    guard published == nil else { return }
    // Before anything else is said of this user's keys: one of them may be the one that builds use.
    if observation.pairKeyId == nil {
      switch observation.pairWorks {
      case .unknown(let why): return stop(.evidence(.missing(.pair, why: why)))
      case nil where observation.pairIsSealed:
        wanted.insert(.pair)
        return
      case nil, .known: break
      }
    }
    guard let id = observation.pairKeyId, let key = key(id),
      !retiring.contains(where: { $0.id == id })
    else { return }
    switch key.status {
    case .inactive: return contained(id)
    case .other(let status): return strange(id, status)
    case .active, .expired: break
    }
    switch observation.pairWorks {
    case nil: wanted.insert(.pair)
    case .unknown(let why): stop(.evidence(.missing(.pair, why: why)))
    case .known(false): break
    case .known(true):
      take(key, from: .pair, retiring: [])
      add(
        .adopt(key, from: .pair, retiring: []),
        "the pair in Parameter Store holds this key and it works")
    }
  }

  // MARK: Findings

  private mutating func contained(_ id: AccessKeyID) {
    // It stays Inactive; but an order says what is to be published instead.
    if id == published?.id, request.order == .rollBack || isCompromised(id) { return }
    stop(.key(.publishedKeyInactive(id)))
    rows[id] = (.published, Upcoming(.rotate, at: nil), "set Inactive by somebody; left alone")
  }

  mutating func strange(_ id: AccessKeyID, _ status: String) {
    stop(.key(.unknownStatus(id, status: status, isRetiring: false)))
  }
}

extension CredentialsContent {
  fileprivate var inWords: String {
    switch self {
    case .absent: "is gone"
    case .damaged(let why): "is damaged (\(why))"
    case .works(let id): "holds \(id)"
    case .refused(let id): "holds \(id), which AWS refuses"
    case .undecryptable(let why), .withheld(let why): "can't be decrypted (\(why))"
    }
  }
}
