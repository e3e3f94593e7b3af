internal import struct FoundationEssentials.Date

/// Is a new key due, and is there room for it?
extension Deliberation {
  /// IAM's quota of access keys a user. Inactive keys count.
  static let quota = 2

  mutating func renew() {
    let reason = rotationReason()
    describePublished(reason)
    classifyOthers()
    guard go else { return }
    guard let reason else { return nothingDue() }
    if remaining.count < Self.quota, unattributed.count < Self.quota {
      let superseding = published.map { [$0.id] } ?? unattributed.map(\.id)
      add(
        .rotate(reason, superseding: superseding.filter { remaining[$0] != nil }),
        explain(reason))
      for id in superseding where published == nil {
        rows[id] = (
          .retiring, Upcoming(.deactivate, at: now.over(policy.gracePeriod)),
          "the key that stood here; superseded by the first publication"
        )
      }
    } else {
      noRoom(reason)
    }
  }

  private func rotationReason() -> RotationReason? {
    guard let published else { return .firstPublication }
    if gone { return .publishedKeyGone }
    if lost { return .credentialsLost }
    if key(published.id)?.status == .expired { return .publishedKeyExpired }
    if now >= published.createdAt.over(policy.rotateEvery) { return .due }
    return request.rotateNow ? .asked : nil
  }

  private func explain(_ reason: RotationReason) -> String {
    switch reason {
    case .firstPublication:
      unattributed.isEmpty
        ? "no key is published yet" : "no key is published yet; the one that stands here retires"
    case .due:
      "the published key is \(publishedAge.inWords) old, the policy says "
        + "\(policy.rotateEvery.inWords)"
    case .asked: "asked for with --now"
    case .publishedKeyGone: "the published key doesn't exist any more: somebody deleted it"
    case .publishedKeyExpired: "the published key has expired"
    case .credentialsLost: "the published secret is lost: no version of `credentials` holds it"
    }
  }

  private var publishedAge: Duration {
    published.map { max(.zero, now - $0.createdAt) } ?? .zero
  }

  /// Keys that are neither published nor retiring nor about to be removed.
  var unattributed: [AccessKey] {
    remaining.values
      .filter { key in
        key.id != published?.id && !retiring.contains { $0.id == key.id }
      }
      .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
  }

  private mutating func describePublished(_ reason: RotationReason?) {
    guard let published, key(published.id) != nil else { return }
    let due = published.createdAt.over(policy.rotateEvery)
    let next = Upcoming(.rotate, at: reason == nil ? due : now)
    rows[published.id] = (
      .published, next,
      reason.map { _ in "due" } ?? "fresh: \(publishedAge.inWords) old"
    )
  }

  private mutating func nothingDue() {
    guard let published else { return }
    let due = published.createdAt.over(policy.rotateEvery)
    for key in unattributed where request.makeRoom {
      giveUp(key)
      guard go else { return }
    }
    if steps.isEmpty {
      summary = "nothing to do; the next rotation is due \(due.inWords); --now rotates anyway"
    }
  }

  private mutating func classifyOthers() {
    for key in unattributed where rows[key.id] == nil {
      rows[key.id] = (.foreign, nil, "not this program's: never touched")
      guard published != nil else { continue }
      findings.append(
        Finding(
          code: "foreign-key", .notice,
          "the key \(key.id) isn't this program's; while it exists there is no room for a rotation",
          remedy: "delete it if nobody needs it"))
    }
  }

  // MARK: No room

  private mutating func noRoom(_ reason: RotationReason) {
    // A first publication can supersede one key that it doesn't know, and only one.
    if unattributed.count <= (published == nil ? 1 : 0) {
      waitForRetiring(reason)
    } else {
      blockedByOthers(reason)
    }
    if request.rotateNow, !request.makeRoom {
      // Somebody asked for one thing, and it can't be had: leave everything as it is.
      steps = []
      stopped = true
      let worst = findings.map(\.severity).max() ?? .notice
      if worst < .act {
        findings.append(
          Finding(
            code: "no-room", .act, "--now: both of IAM's two places are taken; nothing was changed",
            remedy: "wait for the retiring key to go, as the table says"))
      }
    }
    reportOverdue()
  }

  private mutating func waitForRetiring(_ reason: RotationReason) {
    let until = retiring.compactMap { rows[$0.id]?.next?.at }.max()
    if let published, key(published.id) != nil {
      rows[published.id] = (
        .published, Upcoming(.rotate, at: nil), "due, but both places are taken: waits"
      )
    }
    let urgent = reason != .due && reason != .asked
    findings.append(
      Finding(
        code: "no-room", urgent ? .act : .notice,
        "a rotation is due (\(explain(reason))), but a retiring key takes the second place"
          + (until.map { "; its next step is \($0.inWords)" } ?? ""),
        remedy: "nothing: it goes on by itself when that key is deleted"))
  }

  private mutating func blockedByOthers(_ reason: RotationReason) {
    let candidate = roomCandidate()
    guard wanted.isEmpty else { return }
    if request.makeRoom, let candidate {
      giveUp(candidate)
      return
    }
    let ids = unattributed.map(\.id.description).joined(separator: " and ")
    findings.append(
      Finding(
        code: published == nil ? "two-keys-no-record" : "foreign-key-takes-slot", .act,
        published == nil
          ? "the user has \(remaining.count) keys (\(ids)) and rotate knows none of them"
          : "a rotation is due (\(explain(reason))), but \(ids), which isn't this program's, "
            + "takes the second place",
        remedy: candidate.map {
          "`--make-room` would retire \($0.id) (\(why($0))): Inactive at once, deleted after "
            + "the soak of \(policy.soakPeriod.inWords)"
        } ?? "find out who uses which key, and delete the one that nobody needs"))
  }

  /// The one key that `--make-room` may give up: Inactive, or never used.
  private mutating func roomCandidate() -> AccessKey? {
    if let inactive = unattributed.first(where: { $0.status == .inactive }) { return inactive }
    for key in unattributed where key.status == .active {
      // What was created just now may be used any moment, and last-used data lags by hours.
      guard now - key.createdAt > policy.quietPeriod else { continue }
      switch observation.lastUsed[key.id] {
      case nil: wanted.insert(.lastUsed(key.id))
      case .known(let use) where use.at == nil: return key
      case .known, .unknown: continue
      }
    }
    return nil
  }

  private func why(_ key: AccessKey) -> String {
    key.status == .inactive ? "it is Inactive" : "it was never used"
  }

  private mutating func giveUp(_ key: AccessKey) {
    guard let candidate = roomCandidate(), candidate.id == key.id else { return }
    retiring.append(RetiringKey(id: key.id, supersededAt: now, deactivatedAt: now))
    rows[key.id] = (
      .retiring, Upcoming(.delete, at: now.over(policy.soakPeriod)), "given up with --make-room"
    )
    add(.makeRoom(key.id), "asked for with --make-room, and \(why(key))")
  }

  private mutating func reportOverdue() {
    guard let published, publishedAge > policy.maxKeyAge, !rotates else { return }
    findings.append(
      Finding(
        code: "overdue", .act,
        "the published key \(published.id) is \(publishedAge.inWords) old; the policy allows "
          + "\(policy.maxKeyAge.inWords)",
        remedy: "see what keeps the rotation from happening, above"))
  }
}
