internal import struct FoundationEssentials.Date

/// A key in wrong hands: replaced at once, Inactive as soon as its successor is published.
extension Deliberation {
  /// The keys that are said to be in wrong hands: by the record, by what a dead run left, by order.
  mutating func markCompromised() {
    marked = left?.compromised ?? []
    if let published, published.compromised { marked.insert(published.id) }
    if case .replaceCompromised(let ids) = request.order { obey(ids) }
    for index in retiring.indices where marked.contains(retiring[index].id) {
      retiring[index].compromised = true
    }
  }

  private mutating func obey(_ ids: Set<AccessKeyID>?) {
    if let ids { return marked.formUnion(ids) }
    // Where an earlier run didn't get to the end, the same order means the same key, not the one
    // that took its place.
    let unfinished = retiring.contains {
      $0.compromised && $0.deactivatedAt == nil && key($0.id)?.status == .active
    }
    // Whoever adds the missing half of an order means the key that it was about.
    let completes = request.revokesSessions && containedLeak != nil
    replacesPublished = marked.isEmpty && !unfinished && !completes
  }

  func isCompromised(_ id: AccessKeyID) -> Bool { replacesPublished || marked.contains(id) }

  /// Nothing is published yet: which key was meant?
  mutating func nothingToReplace() {
    stop(.leak(.nothingPublished(user: observation.user.name)))
  }

  mutating func replace(_ old: AccessKey) {
    add(.rotate(.compromised, superseding: [old.id]), explain(.compromised))
    if old.status == .active, old.id != observation.ownKey {
      add(
        .deactivate(old.id),
        "compromised: no grace. Whatever still uses it fails from then on")
    }
    rows[old.id] = (
      .published, Upcoming(.rotate, at: now),
      "compromised: replaced, and Inactive as soon as its successor is published"
    )
    findings.append(.leak(.replaces(old.id, isRevoking: request.revokesSessions)))
  }

  /// The plan to make a retiring key Inactive, whatever its age and its use.
  mutating func deactivateCompromised(_ retired: RetiringKey, _ why: String) {
    if retired.id == observation.ownKey { return holdOwn(retired, isDue: true) }
    guard mayTakeAway(retired.id) else { return }
    remaining[retired.id]?.status = .inactive
    rows[retired.id] = (.retiring, Upcoming(.deactivate, at: now), "compromised: no grace")
    add(.deactivate(retired.id), why)
  }

  /// Promise 3 holds here too: no key is deleted early to make room. A person may. The order
  /// stands in the record from then on: the first run that finds room carries it out.
  mutating func noRoomToReplace(_ old: PublishedKey) {
    let others = observation.keys.filter { remaining[$0.id] != nil && $0.id != old.id }
    if !isOrdered(old), let replaced = others.first(where: { isReplaced($0) }) {
      return replacedAlready(replaced, by: old)
    }
    let until = roomAt
    waits("compromised, but there is no room for a new key", until: until)
    if !old.compromised {
      ordered.insert(old.id)
      add(.recordState, "the order to replace \(old.id) is recorded; it is carried out later")
    }
    findings.append(
      .leak(
        .noRoomToReplace(
          old.id, isActive: key(old.id)?.status == .active, isRecorded: old.compromised,
          others.map(occupant), until: until, user: observation.user.name)))
  }

  /// Whether the record or a dead run's intent says that this key is to be replaced.
  private func isOrdered(_ published: PublishedKey) -> Bool {
    published.compromised || marked.contains(published.id)
  }

  private func isReplaced(_ key: AccessKey) -> Bool {
    retiring.contains { $0.id == key.id && $0.compromised }
  }

  /// The same order a second time most likely means the same key. Who means its successor can say
  /// so by making room.
  private mutating func replacedAlready(_ replaced: AccessKey, by successor: PublishedKey) {
    describePublished(nil)
    findings.append(
      .leak(
        .replacedAlready(
          occupant(replaced), by: successor.id, user: observation.user.name)))
  }

  private func occupant(_ other: AccessKey) -> LeakFinding.Occupant {
    let retired = retiring.first { $0.id == other.id }
    let canWork = other.status == .active || other.status == .inactive
    return LeakFinding.Occupant(
      id: other.id, isRetiring: retired != nil, isInactive: other.status == .inactive,
      isWayBack: canWork && retired?.compromised == false)
  }
}
