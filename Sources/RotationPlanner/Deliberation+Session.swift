internal import struct FoundationEssentials.Date

/// Users who must give MFA codes: is a new session due? Decided from what isn't secret alone, so
/// that an idle pass decrypts nothing.
extension Deliberation {
  mutating func keepSession() {
    guard let period = policy.session else { return }
    session = sessionPlan(period)
    // A code would be spent for a session that can't be published.
    if observation.misfits.contains(where: { $0.part == .session }) { return }
    // After a rotation or an adoption the session is of the key before.
    let follows = steps.contains {
      switch $0.step {
      case .rotate, .adopt: true
      default: false
      }
    }
    if follows {
      return add(
        .renewSession(published?.id, .keyChanged), "the key is another one, and so is its session")
    }
    guard let published, key(published.id)?.status == .active, !gone, !lost else { return }
    guard let reason = sessionReason(published, period) else { return }
    session?.renewAt = now
    add(.renewSession(published.id, reason), explain(reason, published))
  }

  /// Until when the published session lasts, where it was made with this key. It outlives the key. But
  /// the key stays Active until there is another session, as caution: whoever is about to lose the
  /// one should still have the other.
  func publishedSessionEnd(of id: AccessKeyID) -> Date? {
    guard policy.session != nil, let state = recordedSession, state.accessKeyId == id,
      let end = state.expiresAt, now < end
    else { return nil }
    return end
  }

  /// Only where the session could not be renewed with the rotation, nor since.
  mutating func keepForSession(_ retired: RetiringKey, until end: Date) {
    rows[retired.id] = (
      .retiring, Upcoming(.deactivate, at: end),
      "grace is over, but the published session was made with it: kept Active until there is "
        + "another, or until it ends \(end.inWords)"
    )
  }

  /// Half of its life is left at most: whoever reads it gets one that is good for a while yet, and
  /// a run that fails is followed by others in time.
  private func renewal(_ expiresAt: Date, _ period: Duration) -> Date {
    expiresAt + (.zero - period / 2)
  }

  private func sessionPlan(_ period: Duration) -> SessionPlan {
    let expiresAt = recordedSession?.expiresAt
    return SessionPlan(
      expiresAt: expiresAt, renewAt: expiresAt.map { renewal($0, period) } ?? now)
  }

  private func sessionReason(_ published: PublishedKey, _ period: Duration) -> SessionReason? {
    guard let state = recordedSession, let of = state.accessKeyId, let version = state.version,
      let expiresAt = state.expiresAt
    else { return .first }
    if of != published.id { return .keyChanged }
    if observation.sessionIsUnseen { return now >= renewal(expiresAt, period) ? .endsSoon : nil }
    guard let standing = observation.sessionVersion else { return .gone }
    if standing != version { return .rewritten }
    return now >= renewal(expiresAt, period) ? .endsSoon : nil
  }

  private func explain(_ reason: SessionReason, _ published: PublishedKey) -> String {
    switch reason {
    case .first: "no session of \(published.id) is recorded"
    case .keyChanged: "the session was made with a key that isn't published any more"
    case .gone: "the parameter `session` is gone"
    case .revocation: "the sessions so far are revoked, so consumers need another one"
    case .rewritten: "the parameter `session` isn't the version that the record names"
    case .endsSoon:
      recordedSession?.expiresAt.map { end in
        now >= end
          ? "the session ended \(end.inWords)"
          : "the session ends \(end.inWords), and less than half of its time is left"
      } ?? "the session ends"
    }
  }

  /// A pass that only renews sessions leaves the keys to the others.
  mutating func describeForSessions() {
    for key in observation.keys {
      let isPublished = key.id == published?.id
      let role: KeyRole =
        isPublished
        ? .published : retiring.contains { $0.id == key.id } ? .retiring : .unknown
      rows[key.id] = (role, nil, "not looked at: this pass renews sessions only")
    }
    guard wanted.isEmpty, let session, steps.isEmpty else { return }
    summary =
      "nothing to do; the session is renewed \(session.renewAt?.inWords ?? "by the next run")"
  }
}
