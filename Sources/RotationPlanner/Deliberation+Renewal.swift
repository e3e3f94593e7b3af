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
      Finding(
        code: "parameter-type", .act,
        "\(old.id) is said to be compromised and can't be replaced, since no key can be published "
          + "in a `credentials` of that type: it is still published"
          + (old.status == .active ? " and Active" : ""),
        remedy: "to stop it at once, before there is a new key: `aws iam update-access-key "
          + "--user-name \(observation.user.name) --access-key-id \(old.id) --status Inactive`; "
          + "then every build fails until `credentials` is mended and `rotate --user "
          + "\(observation.user.name) --compromised` has published a new key"))
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
      findings.append(
        Finding(
          code: "foreign-key", .notice,
          "the key \(key.id) isn't this program's; while it exists there is no room for a rotation",
          remedy: "find out who uses it, and delete it if nobody does; `--make-room` retires it "
            + "if it is Inactive or was never used"))
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
    let urgent = reason.isUrgent
    let ids = retiring.filter { remaining[$0.id] != nil }.map(\.id)
    findings.append(
      Finding(
        code: "no-room", urgent || request.rotateNow ? .act : .notice,
        "a rotation is wanted (\(explain(reason))), but IAM allows two keys, and "
          + "\(inWords(ids)) \(ids.count == 1 ? "is" : "are") still retiring"
          + (until.map { "; there is room on \($0.inWords) at the earliest" } ?? ""),
        remedy: urgent
          ? "make sure that nobody uses it and delete it: the next run then rotates"
          : howItGoesOn(reason, until)))
  }

  /// What is due is rotated by whichever run finds room. `--now` is not remembered.
  private func howItGoesOn(_ reason: RotationReason, _ until: Date?) -> String {
    guard reason == .asked, let published else {
      return "nothing: the first run that finds room rotates"
    }
    return "run `rotate --user \(observation.user.name) --now` again "
      + (until.map { "after \($0.inWords)" } ?? "once that key is deleted")
      + ": --now isn't remembered. Without it, the rotation comes when it is due, "
      + created(published).over(policy.rotateEvery).inWords
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
    let ways = orphans.map {
      "`aws iam delete-access-key --user-name \(observation.user.name) --access-key-id \($0)`"
    }
    findings.append(
      Finding(
        code: "orphan-takes-slot", .act,
        "a rotation is wanted (\(explain(reason))), but \(inWords(orphans)), which this program "
          + "made and never published, could not be removed and \(orphans.count == 1 ? "takes" : "take")"
          + " the place",
        remedy: "allow this program iam:DeleteAccessKey on the user, and the next run removes it; "
          + "or run \(ways.joined(separator: " and ")): nobody has its secret"))
  }

  private mutating func blockedByOthers(_ reason: RotationReason) {
    let candidate = roomCandidate()
    guard wanted.isEmpty else { return }
    waits("due, but blocked by a key that isn't this program's", until: nil)
    let ids = unattributed.map(\.id)
    let one = ids.count == 1
    findings.append(
      Finding(
        code: published == nil ? "two-keys-no-record" : "foreign-key-takes-slot", .act,
        published == nil
          ? "no key is published yet, and there is no room for one: rotate knows nothing about "
            + "\(inWords(ids))"
          : "a rotation is wanted (\(explain(reason))), but \(inWords(ids)), which "
            + "\(one ? "isn't" : "aren't") this program's, \(one ? "takes" : "take") the place",
        remedy: candidate.map {
          "`--make-room` would retire \($0.id) (\(why($0))): Inactive at once, deleted after "
            + "the soak of \(policy.soakPeriod.inWords)"
        } ?? "find out who uses which key, and delete the one that nobody needs"))
  }

  private func inWords(_ ids: [AccessKeyID]) -> String {
    ids.map(\.description).joined(separator: " and ")
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
        findings.append(
          unreadable(
            "the last use of \(key.id)", why,
            remedy: "the key is left alone meanwhile; the next run looks again"))
      }
    }
    return nil
  }

  private var credentialsKey: AccessKeyID? {
    guard case .known(let content) = observation.credentials else { return nil }
    return content.accessKeyId
  }

  private func why(_ key: AccessKey) -> String {
    key.status == .inactive ? "it is Inactive" : "it was never used"
  }

  private mutating func makeRoom() {
    let candidate = roomCandidate()
    guard wanted.isEmpty else { return }
    guard let candidate else {
      findings.append(
        Finding(
          code: "nothing-to-give-up", .act,
          "--make-room found no key to give up: \(inWords(unattributed.map(\.id))) "
            + "may be in use (neither Inactive nor, for certain, never used)",
          remedy: "find out who uses which key, and delete the one that nobody needs"))
      return
    }
    guard mayTakeAway(candidate.id) else { return }
    retiring.append(RetiringKey(id: candidate.id, supersededAt: now, deactivatedAt: now))
    rows[candidate.id] = (
      .retiring, Upcoming(.delete, at: now.over(policy.soakPeriod)), "given up with --make-room"
    )
    add(.makeRoom(candidate.id), "asked for with --make-room, and \(why(candidate))")
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
