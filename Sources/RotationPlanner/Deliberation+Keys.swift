internal import struct FoundationEssentials.Date

/// The keys that are not published: orphans to remove, retiring keys to take one step further.
extension Deliberation {
  /// Keys that came into being under an intent and were never published are this program's.
  mutating func removeOrphans() {
    guard let left else { return }
    for key in observation.keys {
      guard key.id != published?.id, !retiring.contains(where: { $0.id == key.id }),
        !left.knownKeyIds.contains(key.id), !left.foundPublished.contains(key.id),
        left.tenures.contains(where: { $0.covers(creationAt: key.createdAt) })
      else { continue }
      guard let stood = stoodInCredentials(key.id) else { return }
      switch stood {
      case .never: break
      case .once: continue
      case .perhaps(let version, let why):
        perhapsPublished(key.id, left, version, why)
        continue
      }
      if case .other(let status) = key.status { return strange(key.id, status) }
      switch observation.lastUsed[key.id] {
      case nil:
        wanted.insert(.lastUsed(key.id))
      case .unknown(let why):
        return stop(.evidence(.missing(.lastUse(key.id), why: why)))
      case .known(let use) where use.at != nil && use.service != "sts":
        // Nobody but this program could know the secret of a key that it made: not this one's.
        continue
      case .known:
        guard mayTakeAway(key.id) else { continue }
        rows[key.id] = (.orphan, Upcoming(.delete, at: now), "created, never published")
        remaining[key.id] = nil
        add(
          .deleteOrphan(key.id),
          "run \(left.holder.runId) created it and ended before it was published; "
            + "nobody has its secret")
      }
    }
  }

  private enum Stood {
    case never, once
    case perhaps(version: Int, why: String)
  }

  /// Whether consumers may have read this key; nil while that is open. A run that published it
  /// may have died, and somebody may have put an older version back since.
  private mutating func stoodInCredentials(_ id: AccessKeyID) -> Stood? {
    if let recorded = observation.believed?.published {
      if stands(recorded) { return .never }
    } else if observation.credentialsVersion == nil {
      return .never
    }
    guard let trace = trace(of: id) else { return nil }
    if trace.last != nil { return .once }
    return trace.undecryptable.map { .perhaps(version: $0.version, why: $0.why) } ?? .never
  }

  /// Nobody will ever know, so no later run can do better: the key is left to people.
  private mutating func perhapsPublished(
    _ id: AccessKeyID, _ left: Unfinished, _ version: Int, _ why: String
  ) {
    findings.append(
      .key(.perhapsPublished(id, byRun: left.holder.runId, version: version, why: why)))
  }

  /// Promise 10: what `credentials` holds is neither made Inactive nor deleted, whatever the record
  /// says; so it is read and tried first. Where false, nothing is planned, and the row says why.
  ///
  /// Where nothing works that builds could read, a key that nobody uses still goes: otherwise there
  /// would never be room for the one that replaces what is lost.
  mutating func mayTakeAway(_ id: AccessKeyID) -> Bool {
    if let vouched { return vouched != id || hold(id, "`credentials` holds it") }
    guard observation.credentialsVersion != nil else { return true }
    switch observation.credentials {
    case nil:
      wanted.insert(.credentials)
      return false
    case .unknown(let why):
      stop(.evidence(.missing(.credentials, why: why)))
      return false
    case .known(.withheld): return hold(id, "this run may not see what `credentials` holds")
    case .known(let content):
      return content.accessKeyId != id || hold(id, "`credentials` holds it")
    }
  }

  /// Whether somebody has ordered a rollback to this key that isn't finished: then it stays as it is
  /// until it is published again, or somebody resumes. Only a key that builds can't wait for comes
  /// first.
  private mutating func isWantedBack(_ id: AccessKeyID) -> Bool {
    guard pause?.rollbackTo == id, !needsRoomAtOnce else { return false }
    return !hold(id, "a rollback to it was begun")
  }

  /// Always false.
  private mutating func hold(_ id: AccessKeyID, _ why: String) -> Bool {
    let role: KeyRole = retiring.contains { $0.id == id } ? .retiring : .foreign
    rows[id] = (role, Upcoming(.recheck, at: nil), "\(why): left as it is")
    return false
  }

  mutating func retire() {
    for key in retiring {
      retire(key)
      guard !stopped else { return }
    }
  }

  private mutating func retire(_ retired: RetiringKey) {
    guard let key = key(retired.id) else {
      guard now >= retired.supersededAt.over(policy.settle) else { return }
      retiring.removeAll { $0.id == retired.id }
      add(.note(retired.id, .gone), "IAM doesn't list \(retired.id) any more")
      return
    }
    switch (key.status, retired.deactivatedAt) {
    case (.active, nil): retireActive(retired)
    case (.active, .some(let at)): reactivated(retired, at: at)
    case (.inactive, nil), (.expired, nil): noteInactive(retired)
    case (.inactive, .some(let at)), (.expired, .some(let at)): deleteAfterSoak(retired, since: at)
    case (.other(let status), _):
      findings.append(
        .key(.unknownStatus(key.id, status: status, isRetiring: true)))
      rows[key.id] = (.retiring, nil, "status \(status): left alone")
    }
  }

  private mutating func retireActive(_ retired: RetiringKey) {
    if retired.compromised {
      return deactivateCompromised(retired, "it was replaced as compromised: no grace")
    }
    let graceOver = retired.supersededAt.over(policy.gracePeriod)
    if retired.id == observation.ownKey { return holdOwn(retired, isDue: now >= graceOver) }
    if isWantedBack(retired.id) { return }
    guard now >= graceOver else {
      rows[retired.id] = (
        .retiring, Upcoming(.deactivate, at: graceOver),
        "superseded \(retired.supersededAt.inWords); builds that read it may still run"
      )
      return
    }
    if let end = publishedSessionEnd(of: retired.id) { return keepForSession(retired, until: end) }
    if holdForCopies(retired, "Active") { return }
    switch observation.lastUsed[retired.id] {
    case nil:
      wanted.insert(.lastUsed(retired.id))
    case .unknown(let why):
      rows[retired.id] = (.retiring, Upcoming(.recheck, at: nil), "last use unknown: kept Active")
      findings.append(
        .evidence(.missing(.lastUse(retired.id), why: why, .keyKeptActive)))
    case .known(let use):
      if let until = quietAgain(use) {
        hold(retired, use, until: until)
      } else if mayTakeAway(retired.id) {
        remaining[retired.id]?.status = .inactive
        rows[retired.id] = (
          .retiring, Upcoming(.deactivate, at: now),
          "grace is over and nothing uses it\(use.inWords)"
        )
        add(
          .deactivate(retired.id),
          "superseded \(retired.supersededAt.inWords), grace of \(policy.gracePeriod.inWords) "
            + "is over, no use within \(policy.quietPeriod.inWords)")
      }
    }
  }

  /// When a key may count as quiet; nil: it is quiet now.
  ///
  /// IAM notes a key's last use once in a quarter of an hour, so whatever used it within that time
  /// after the use that was noted, be it by a consumer or this program's own proof, is unseen.
  private func quietAgain(_ use: AccessKeyLastUsed) -> Date? {
    guard let at = use.at else { return nil }
    let quiet = (at + AccessKeyLastUsed.resolution).over(policy.quietPeriod)
    return now < quiet ? quiet : nil
  }

  /// STS counts this program's own proof as a use. The figure is coarse: a minute's slack.
  private func isOwnProof(_ retired: RetiringKey, _ use: AccessKeyLastUsed) -> Bool {
    guard let at = use.at, use.service == "sts", let proven = retired.provenAt else { return false }
    return at <= proven + .seconds(60)
  }

  /// Whoever takes away the key that signs can't go on. IAM's evidence lags, so it isn't asked.
  mutating func holdOwn(_ retired: RetiringKey, isDue: Bool) {
    rows[retired.id] = (
      .retiring, Upcoming(.deactivate, at: nil), "signs this run: kept Active"
    )
    findings.append(.key(.ownKey(retired.id, isDue: isDue)))
  }

  private mutating func hold(_ retired: RetiringKey, _ use: AccessKeyLastUsed, until: Date) {
    if isOwnProof(retired, use) {
      rows[retired.id] = (
        .retiring, Upcoming(.deactivate, at: until),
        "this program's own proof is the last use that IAM has noted, and a use by a consumer in "
          + "the \(AccessKeyLastUsed.resolution.inWords) after it is not noted: kept Active"
      )
      return
    }
    rows[retired.id] = (
      .retiring, Upcoming(.deactivate, at: until), "still in use\(use.inWords): kept Active"
    )
    let age = key(retired.id).map { now - $0.createdAt } ?? .zero
    findings.append(.key(.stillInUse(retired.id, use, isTooOld: age > policy.maxKeyAge)))
  }

  private mutating func reactivated(_ retired: RetiringKey, at: Date) {
    guard now >= at.over(policy.settle) else {
      rows[retired.id] = (
        .retiring, Upcoming(.delete, at: at.over(policy.soakPeriod)), "deactivated just now"
      )
      return
    }
    if retired.compromised {
      return deactivateCompromised(
        retired, "somebody made it Active again, but it was replaced as compromised")
    }
    if let index = retiring.firstIndex(where: { $0.id == retired.id }) {
      retiring[index].deactivatedAt = nil
      retiring[index].supersededAt = now
    }
    rows[retired.id] = (
      .retiring, Upcoming(.deactivate, at: now.over(policy.gracePeriod)),
      "somebody made it Active again: its grace starts again"
    )
    add(
      .note(retired.id, .reactivated),
      "somebody made \(retired.id) Active again: its grace starts again")
  }

  private mutating func noteInactive(_ retired: RetiringKey) {
    startSoak(
      retired, "out of use since an unknown time",
      "\(retired.id) is out of use and nobody recorded since when")
  }

  /// A run makes a compromised key that somebody made Active again Inactive at once, and a rollback
  /// makes its key Active. If that run ended before it could say so, the time in the record is that
  /// of the soak before.
  private mutating func soakAgain(_ retired: RetiringKey) {
    startSoak(
      retired, "a run ended early that may have made it Active or Inactive",
      "a run ended early that may have made \(retired.id) Active or Inactive")
  }

  private mutating func startSoak(
    _ retired: RetiringKey, _ reason: String, _ explanation: String
  ) {
    if let index = retiring.firstIndex(where: { $0.id == retired.id }) {
      retiring[index].deactivatedAt = now
    }
    rows[retired.id] = (
      .retiring, Upcoming(.delete, at: now.over(policy.soakPeriod)),
      "\(reason): its soak starts now"
    )
    add(
      .note(retired.id, .inactive),
      "\(explanation): its soak of \(policy.soakPeriod.inWords) starts now")
  }

  private mutating func deleteAfterSoak(_ retired: RetiringKey, since: Date) {
    // It signed just now, so IAM's word that it is out of use is not the last one.
    if retired.id == observation.ownKey { return holdOwn(retired, isDue: true) }
    if left != nil, retired.compromised || pause?.rollbackTo == retired.id {
      return soakAgain(retired)
    }
    let soaked = since.over(policy.soakPeriod)
    if now >= soaked, isWantedBack(retired.id) || !mayTakeAway(retired.id) { return }
    guard now >= soaked else {
      rows[retired.id] = (
        .retiring, Upcoming(.delete, at: soaked),
        retired.compromised
          ? "compromised; Inactive since \(since.inWords), and never published again"
          : "Inactive since \(since.inWords); can be brought back until it is deleted"
      )
      return
    }
    // Where consumers have no key that works, or somebody else has theirs, room comes first.
    if !retired.compromised, !needsRoomAtOnce, holdForCopies(retired, "Inactive") { return }
    rows[retired.id] = (.retiring, Upcoming(.delete, at: now), "the soak is over")
    remaining[retired.id] = nil
    retiring.removeAll { $0.id == retired.id }
    add(
      .delete(retired.id),
      "Inactive since \(since.inWords), soak of \(policy.soakPeriod.inWords) is over")
  }
}

extension Tenure {
  /// IAM's and Parameter Store's clocks may differ by this much.
  static let clockTolerance = Duration.seconds(2)

  /// IAM gives creation times in whole seconds: one may lie up to a second before the truth.
  fileprivate func covers(creationAt at: Date) -> Bool {
    at + .seconds(1) + Self.clockTolerance >= since && at <= until + Self.clockTolerance
  }
}
