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
    replacesPublished = marked.isEmpty && !unfinished
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
        remedy: "what STS has issued for \(old.id) stays valid until it expires; "
          + "docs/operations.md says how to end that too"))
  }

  /// The plan to make a retiring key Inactive, whatever its age and its use.
  mutating func deactivateCompromised(_ retired: RetiringKey, _ why: String) {
    if retired.id == observation.ownKey { return holdOwn(retired, isDue: true) }
    remaining[retired.id]?.status = .inactive
    rows[retired.id] = (.retiring, Upcoming(.deactivate, at: now), "compromised: no grace")
    add(.deactivate(retired.id), why)
  }

  /// Promise 3 holds here too: no key is deleted early to make room. A person may.
  mutating func noRoomToReplace(_ old: PublishedKey) {
    waits("compromised, but there is no room for a new key", until: nil)
    let others = observation.keys.filter { remaining[$0.id] != nil && $0.id != old.id }
    let user = observation.user.name
    let ways = others.map { other in
      "`aws iam delete-access-key --user-name \(user) --access-key-id \(other.id)` makes room: "
        + consequence(of: other)
    }
    findings.append(
      Finding(
        code: "no-room-to-replace", .act,
        "\(old.id) is said to be compromised and can't be replaced: IAM allows two keys, and "
          + others.map(\.id.description).joined(separator: " and ") + " takes the place. "
          + "Nothing was changed: \(old.id) is still published"
          + (key(old.id)?.status == .active ? " and Active" : ""),
        remedy: ways.joined(separator: "; ") + ". Then run `rotate --user \(user) --compromised` "
          + "again. To stop \(old.id) at once, before there is a new key: `aws iam "
          + "update-access-key --user-name \(user) --access-key-id \(old.id) --status Inactive`; "
          + "then every build fails until that command has published a new key"))
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
