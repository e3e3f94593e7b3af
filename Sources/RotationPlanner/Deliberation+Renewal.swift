internal import struct FoundationEssentials.Date

/// Is a new key due, and is there room for it?
extension Deliberation {
  /// IAM's quota of access keys a user. Inactive keys count.
  static let quota = 2

  mutating func renew() {
    let reason = rotationReason()
    describePublished(reason)
    for key in remaining.values where observation.unremoved.contains(key.id) {
      rows[key.id] = (
        .orphan, Upcoming(.delete, at: nil),
        "created by this program and never published; it could not be removed yet"
      )
    }
    for key in unattributed where rows[key.id] == nil {
      rows[key.id] = (.foreign, nil, "not this program's: never touched")
    }
    guard let reason else { return nothingDue() }
    if !reason.isUrgent {
      // Who resumes is told what is due, and not surprised by it.
      if request.order == .resume { return }
      if replacesPublished { return nothingToReplace() }
      if let pause { return waitForResume(explain(reason), pause) }
      // What can't be read now can't be written later, and would go on showing the superseded key.
      if !observation.unseen.isEmpty {
        return waits("due, but a copy of the key can't be read", until: nil)
      }
    }
    if isHeldByMisfits(reason) { return waitForType(reason) }
    if hasRoom { rotate(reason) } else { noRoom(reason) }
  }

  var needsRoomAtOnce: Bool { canCommit && rotationReason()?.isUrgent ?? false }

  /// The misfits' own findings say what to do.
  private mutating func waitForType(_ reason: RotationReason) {
    waits("due, but a parameter's type is in the way", until: nil)
    noticeForeign()
    guard reason == .compromised, let old = published.flatMap({ key($0.id) }) else { return }
    findings.append(
      .copy(
        .compromisedBehindMisfit(
          old.id, isActive: old.status == .active, user: observation.user.name)))
  }

  private var hasRoom: Bool { remaining.count < Self.quota }

  /// Whether a rotation is due and isn't planned, by the word of a record: a forged one could keep
  /// it waiting for ever. What stops everything is told to a person as it is.
  var recordHoldsRotationBack: Bool {
    guard case .state = observation.record, !stopped, !request.sessionsOnly, !rotates else {
      return false
    }
    return rotationReason() != nil
  }

  private func rotationReason() -> RotationReason? {
    guard let published else { return .firstPublication }
    if gone { return .publishedKeyGone }
    if isCompromised(published.id) { return .compromised }
    if lost { return .credentialsLost }
    if key(published.id)?.status == .expired { return .publishedKeyExpired }
    if now >= created(published).over(policy.rotateEvery) { return .due }
    return request.rotateNow ? .asked : nil
  }

  func explain(_ reason: RotationReason) -> String {
    switch reason {
    case .firstPublication:
      unattributed.isEmpty
        ? "no key is published yet" : "no key is published yet; the one that stands here retires"
    case .due:
      "the published key is \(publishedAge.inWords) old, the policy says "
        + "\(policy.rotateEvery.inWords)"
    case .asked: "asked for with --now"
    case .compromised: "the published key is compromised: somebody said so"
    case .publishedKeyGone: "the published key doesn't exist any more: somebody deleted it"
    case .publishedKeyExpired: "the published key has expired"
    case .credentialsLost:
      "the published secret is lost: no version of `credentials` "
        + (undecryptable.map {
          "that can be decrypted holds it (version \($0.version) can't: \($0.why))"
        } ?? "holds it")
    }
  }

  /// IAM's word counts before the record's.
  private func created(_ published: PublishedKey) -> Date {
    key(published.id)?.createdAt ?? published.createdAt
  }

  var publishedAge: Duration { published.map { max(.zero, now - created($0)) } ?? .zero }

  /// Keys that are neither published nor retiring nor about to be removed.
  private var unattributed: [AccessKey] {
    observation.keys.filter { key in
      remaining[key.id] != nil && key.id != published?.id
        && !observation.unremoved.contains(key.id) && !retiring.contains { $0.id == key.id }
    }
  }

  mutating func describePublished(_ reason: RotationReason?) {
    guard let published, key(published.id) != nil else { return }
    let due = created(published).over(policy.rotateEvery)
    // A pause without an end ends when somebody has acted.
    let next: Date? = pause.map { $0.until.map { max($0, due) } } ?? due
    rows[published.id] = (
      .published, Upcoming(.rotate, at: reason == nil ? next : now),
      reason.map(explain) ?? "fresh: \(publishedAge.inWords) old"
    )
  }

  private mutating func rotate(_ reason: RotationReason) {
    let superseded = published == nil ? standing : remaining.values.filter(isPublished)
    if reason == .compromised, let old = superseded.first {
      replace(old)
      return noticeForeign()
    }
    add(.rotate(reason, superseding: superseded.map(\.id)), explain(reason))
    for key in superseded where published == nil {
      rows[key.id] = (
        .retiring,
        key.status == .active
          ? Upcoming(.deactivate, at: now.over(policy.gracePeriod))
          : Upcoming(.delete, at: now.over(policy.soakPeriod)),
        "the key that stands here; the first publication supersedes it"
      )
    }
    noticeForeign()
  }

  /// What a first publication supersedes. Where the record was refuted, it may be none: then nobody
  /// knows what the keys are that stand there.
  private var standing: [AccessKey] {
    published == nil && !observation.isRefuted ? unattributed : []
  }

  private func isPublished(_ key: AccessKey) -> Bool { key.id == published?.id }

  private mutating func nothingDue() {
    guard let published else { return }
    if request.makeRoom, !unattributed.isEmpty { return makeRoom() }
    noticeForeign()
    summary =
      "nothing to do; the next rotation is due \(created(published).over(policy.rotateEvery).inWords)"
      + (pause != nil ? "; rotations are paused" : hasRoom ? "; --now rotates anyway" : "")
  }

  private mutating func noticeForeign() {
    for key in unattributed where published != nil {
      findings.append(.key(.foreignKey(key.id)))
    }
  }

  // MARK: No room

  private mutating func noRoom(_ reason: RotationReason) {
    if reason == .compromised, let published { return noRoomToReplace(published) }
    let orphans = observation.unremoved.filter { remaining[$0] != nil }.sorted()
    if !orphans.isEmpty, remaining.count - orphans.count < Self.quota {
      return blockedByOwn(orphans, reason)
    }
    // A first publication can supersede one key that it doesn't know, and only one.
    if unattributed.count <= min(standing.count, 1) {
      waitForRetiring(reason)
    } else if request.makeRoom {
      waits("due, but waits for room", until: nil)
      makeRoom()
    } else {
      blockedByOthers(reason)
    }
  }

  mutating func waits(_ why: String, until: Date?) {
    guard let published, key(published.id) != nil else { return }
    rows[published.id] = (.published, Upcoming(.rotate, at: until), why)
  }

  private mutating func waitForRetiring(_ reason: RotationReason) {
    let until = roomAt
    waits("due, but waits until a retiring key is deleted", until: until)
    findings.append(
      .room(
        .noRoom(
          wanted: explain(reason), retiring: retiring.map(\.id).filter { remaining[$0] != nil },
          until: until, isAwaited: reason.isUrgent || request.rotateNow, goingOn(reason))))
  }

  /// What is due is rotated by whichever run finds room. `--now` is not remembered.
  private func goingOn(_ reason: RotationReason) -> RoomFinding.GoingOn {
    if reason.isUrgent { return .byDeletion }
    guard reason == .asked, let published else { return .byAnyRun }
    return .byAskingAgain(
      user: observation.user.name, due: created(published).over(policy.rotateEvery))
  }

  /// When enough retiring keys are deleted, at the earliest; nil where that hangs on something
  /// else than time.
  var roomAt: Date? {
    let deletions = retiring.compactMap { retired -> Date? in
      guard remaining[retired.id] != nil, let next = rows[retired.id]?.next else { return nil }
      return next.action == .deactivate ? next.at?.over(policy.soakPeriod) : next.at
    }
    return deletions.sorted().dropFirst(remaining.count - Self.quota).first
  }

  /// Nobody needs them, and no other key has to make room for the next one.
  private mutating func blockedByOwn(_ orphans: [AccessKeyID], _ reason: RotationReason) {
    waits("due, but an orphan of this program takes the place", until: nil)
    findings.append(
      .room(
        .orphansTakeSlot(orphans, wanted: explain(reason), user: observation.user.name)))
  }

  private mutating func blockedByOthers(_ reason: RotationReason) {
    let candidate = roomCandidate()
    guard wanted.isEmpty else { return }
    waits("due, but blocked by a key that isn't this program's", until: nil)
    let ids = unattributed.map(\.id)
    let offer = candidate.map(offer)
    findings.append(
      .room(
        published == nil
          ? .twoKeysNoRecord(ids, offer)
          : .foreignKeysTakeSlot(ids, wanted: explain(reason), offer)))
  }

  // MARK: --make-room

  /// The one key that `--make-room` may give up: Inactive, or never used.
  private mutating func roomCandidate() -> AccessKey? {
    let inUse = observation.shownKeys.union(
      [observation.ownKey, observation.pairKeyId, credentialsKey]
        .compactMap(\.self))
    let unattributed = unattributed.filter { !inUse.contains($0.id) }
    if let inactive = unattributed.first(where: { $0.status == .inactive }) { return inactive }
    for key in unattributed where key.status == .active {
      // What was created just now may be used any moment, and last-used data lags by hours.
      guard now - key.createdAt > max(policy.quietPeriod, AccessKeyLastUsed.resolution) else {
        continue
      }
      switch observation.lastUsed[key.id] {
      case nil: wanted.insert(.lastUsed(key.id))
      case .known(let use) where use.at == nil: return key
      case .known: continue
      case .unknown(let why):
        findings.append(.evidence(.missing(.lastUse(key.id), why: why, .keyLeftAlone)))
      }
    }
    return nil
  }

  private var credentialsKey: AccessKeyID? {
    guard case .known(let content) = observation.credentials else { return nil }
    return content.accessKeyId
  }

  private func offer(_ key: AccessKey) -> RoomFinding.Candidate {
    RoomFinding.Candidate(
      id: key.id, isInactive: key.status == .inactive, soak: policy.soakPeriod)
  }

  private mutating func makeRoom() {
    let candidate = roomCandidate()
    guard wanted.isEmpty else { return }
    guard let candidate else {
      findings.append(.room(.nothingToGiveUp(unattributed.map(\.id))))
      return
    }
    guard mayTakeAway(candidate.id) else { return }
    retiring.append(RetiringKey(id: candidate.id, supersededAt: now, deactivatedAt: now))
    rows[candidate.id] = (
      .retiring, Upcoming(.delete, at: now.over(policy.soakPeriod)), "given up with --make-room"
    )
    add(.makeRoom(candidate.id), "asked for with --make-room, and \(offer(candidate).why)")
  }
}

extension RotationReason {
  /// Without a credential that works, consumers can't wait; with one in wrong hands, nobody can. A
  /// pause doesn't hold these back.
  var isUrgent: Bool {
    switch self {
    case .publishedKeyGone, .publishedKeyExpired, .credentialsLost, .compromised: true
    case .firstPublication, .due, .asked: false
    }
  }
}
