internal import struct FoundationEssentials.Date

/// Sessions outlive the key that made them, for up to 36 hours. What becomes of them after a key was
/// replaced as compromised.
extension Deliberation {
  /// By a record that doesn't say so, the last compromised key that is Inactive.
  static func leak(in state: RotationState) -> Leak? {
    if let leak = state.leak { return leak }
    let contained = state.retiring.filter { $0.compromised && $0.deactivatedAt != nil }
    return contained.max { ($0.supersededAt, $0.id) < ($1.supersededAt, $1.id) }
      .map { Leak(id: $0.id, containedAt: $0.deactivatedAt) }
  }

  /// The key whose sessions may still work, and which is replaced already.
  var containedLeak: Leak? {
    guard let leak, let end = leak.endsAt, now < end, leak.id != published?.id,
      key(leak.id)?.status != .active
    else { return nil }
    return leak
  }

  private var wantsRevocation: Bool {
    request.revokesSessions || left?.revokes == true || leak?.revokes == true
  }

  /// After the keys and the session: a new session has to be out before the ones before it are
  /// revoked, and the compromised key has to be Inactive, or it makes others.
  mutating func endSessions() {
    let containing = steps.compactMap { contains($0.step) }.first
    if containing == nil, let leak, let end = leak.endsAt, now >= end {
      if leak.revokedBefore != nil {
        add(
          .endRevocation(leak.id),
          "all sessions that were made with \(leak.id) have ended, so the policy denies nothing")
      }
      return
    }
    guard let id = containing ?? containedLeak?.id else { return }
    if containing == nil, request.revokesSessions, let published {
      findings.append(
        .leak(.onlySessions(of: id, published: published.id, user: observation.user.name)))
    }
    if containing == nil, leak?.isRevoked == true { return reportRevoked() }
    guard wantsRevocation else { return containing == nil ? reportSessions(id) : () }
    renewBeforeRevocation()
    add(
      .revokeSessions(id),
      "sessions that were made with \(id) work for up to 36 h after it was made Inactive")
  }

  /// The key that this step makes, or finds, Inactive as compromised.
  private func contains(_ step: Step) -> AccessKeyID? {
    switch step {
    case .deactivate(let id), .note(let id, .inactive):
      id == replacedNow || retiring.contains { $0.id == id && $0.compromised } ? id : nil
    case .rotate(.compromised, let ids):
      ids.first { key($0)?.status != .active }
    default: nil
    }
  }

  private var replacedNow: AccessKeyID? {
    for planned in steps {
      if case .rotate(.compromised, let ids) = planned.step { return ids.first }
    }
    return nil
  }

  private mutating func renewBeforeRevocation() {
    let renews = steps.contains { if case .renewSession = $0.step { true } else { false } }
    guard policy.session != nil, !renews, let published else { return }
    session?.renewAt = now
    add(
      .renewSession(published.id, .revocation),
      "the sessions so far are revoked, so consumers need another one")
  }

  private mutating func reportRevoked() {
    guard let leak, let before = leak.revokedBefore, let end = leak.endsAt else { return }
    findings.append(
      .leak(.sessionsRevoked(before: before, policyEnds: end, user: observation.user.name)))
  }

  private mutating func reportSessions(_ id: AccessKeyID) {
    guard let end = leak?.endsAt else { return }
    findings.append(.leak(.sessionsGoOn(id, until: end, user: observation.user.name)))
  }
}
