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
    stop(
      Finding(
        code: "nothing-published", .act,
        "no key of \(observation.user.name) is published yet, so there is none to replace",
        remedy: "`rotate --user \(observation.user.name)` publishes a new one; then make the key "
          + "that leaked Inactive by hand: the next run records that, and deletes it after its soak"
      ))
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
    findings.append(
      Finding(
        code: "running-builds", .notice,
        "every build that has read \(old.id) and still runs fails at its next call to AWS, and so "
          + "does whatever keeps a copy of it; builds that start after that read the new key",
        remedy: request.revokesSessions
          ? "sessions that consumers have made for themselves are revoked, too: they must make others"
          : "sessions that were made with \(old.id) work for up to 36 h after that: add "
            + "--revoke-sessions to end them (recommended)"))
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
    let user = observation.user.name
    findings.append(
      Finding(
        code: "no-room-to-replace", .act,
        "\(old.id) is compromised and can't be replaced yet: IAM allows two keys, and "
          + others.map(\.id.description).joined(separator: " and ") + " takes the place. "
          + "\(old.id) is still published"
          + (key(old.id)?.status == .active ? " and Active" : "")
          + (old.compromised ? ". The order is recorded" : ". Once this order is recorded")
          + (old.compromised ? ": the" : ", the") + " first run that finds room carries it out"
          + (until.map { ", on \($0.inWords) at the earliest" } ?? ""),
        remedy: (others.compactMap(wayBack) + others.map(deletion)).joined(separator: "; ")
          + ". To stop \(old.id) at once, before there is a new key: `aws iam "
          + "update-access-key --user-name \(user) --access-key-id \(old.id) --status Inactive`; "
          + "then every build fails until a run has published a new key"))
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
      Finding(
        code: "replaced-already", .act,
        "\(replaced.id) was replaced as compromised already, by \(successor.id). "
          + "\(successor.id) was not touched",
        remedy: "nothing, if \(replaced.id) is the key that leaked. If \(successor.id) has leaked "
          + "too: \(deletion(of: replaced)). Then run `rotate --user \(observation.user.name) "
          + "--compromised` again"))
  }

  /// With a superseded key that still works, or can be made to, nobody has to wait for room.
  private func wayBack(to other: AccessKey) -> String? {
    guard other.status == .active || other.status == .inactive,
      let retired = retiring.first(where: { $0.id == other.id }), !retired.compromised
    else { return nil }
    return "`rotate rollback --user \(observation.user.name)` publishes \(other.id) again; the run "
      + "after it makes the compromised key Inactive"
  }

  private func deletion(of other: AccessKey) -> String {
    "`aws iam delete-access-key --user-name \(observation.user.name) --access-key-id \(other.id)` "
      + "makes room for the next run: " + consequence(of: other)
  }

  private func consequence(of other: AccessKey) -> String {
    let isRetiring = retiring.contains { $0.id == other.id }
    switch (isRetiring, other.status) {
    case (true, .inactive):
      return "it is Inactive, so nothing breaks; it can't be brought back then"
    case (true, _): return "it is superseded but Active: builds that still use it fail at once"
    case (false, .inactive): return "it isn't this program's and is Inactive; somebody may want it"
    case (false, _):
      return "it isn't this program's, and whoever uses it fails at once (`aws iam "
        + "get-access-key-last-used --access-key-id \(other.id)` says who)"
    }
  }
}
