internal import struct FoundationEssentials.Date

/// What a person ordered: to pause, to resume, to roll back.
extension Deliberation {
  // MARK: Pause

  /// A pause needs to know nothing of the keys. But whoever takes the lease over from a dead run
  /// has to finish that run's work, since giving the lease back closes its intent.
  mutating func pauseOrResume() {
    switch request.order {
    case .pause(let reason, let until, let target):
      pauseNow(reason, until, target)
    case .resume:
      onlyOrdered = left == nil && !observation.isRefuted
      guard let pause else {
        summary = "nothing to resume: rotations are not paused"
        return
      }
      add(.resume, "they were \(pause.inWords)")
      self.pause = nil
    case .rollBack, .replaceCompromised, nil:
      break
    }
  }

  private mutating func pauseNow(_ reason: String, _ until: Date?, _ target: AccessKeyID?) {
    if let until, until <= now {
      return stop(.order(.pauseIsOver(until: until, now: now)))
    }
    // What is written for the pause is believed from then on: so it has to be found out first.
    onlyOrdered = left == nil && !observation.isRefuted
    var ordered = Pause(since: now, until: until, reason: reason, rollbackTo: target)
    if let pause {
      // What was published again stays so, whatever else is to be said of the pause.
      ordered.rollbackTo = target ?? pause.rollbackTo
      if pause.reason == reason, pause.until == until {  // the same, for a rollback
        (ordered.since, ordered.by) = (pause.since, pause.by)
      }
    }
    pause = ordered
    add(.pause(ordered), reason)
  }

  /// A rotation is wanted that can wait, and somebody wants it to.
  mutating func waitForResume(_ reason: String, _ pause: Pause) {
    waits("due, but rotations are paused", until: pause.until)
    findings.append(
      .order(
        .pausedThoughWanted(
          pause, wanted: reason, user: observation.user.name, isKnown: false)))
  }

  /// Never silent: every report says so, whatever else it says.
  mutating func reportPause() {
    guard let pause else { return }
    if let target = unfinishedRollback(pause) {
      report(
        .order(
          .rollbackUnfinished(
            to: target, published: published?.id, user: observation.user.name)))
    }
    guard !findings.contains(where: { $0.code == .paused }) else { return }
    report(.order(.paused(pause, user: observation.user.name)))
  }

  private func unfinishedRollback(_ pause: Pause) -> AccessKeyID? {
    // While a run is at it, it may be about to finish.
    if case .held = observation.lease { return nil }
    switch request.order {
    case .pause, .rollBack, .resume: return nil
    case .replaceCompromised, nil: break
    }
    guard let target = pause.rollbackTo, target != published?.id, let key = key(target),
      key.status == .active || key.status == .inactive,
      retiring.contains(where: { $0.id == target && !$0.compromised })
    else { return nil }
    return target
  }

  // MARK: Rollback

  /// Publishes the newest superseded key again. No key is created, so it needs no place.
  mutating func rollBack() {
    if let published, pause?.rollbackTo == published.id {
      findings.append(
        .order(.rolledBack(published.id, user: observation.user.name)))
      return
    }
    guard let target = rollbackTarget else { return nothingToRollBackTo() }
    guard canCommit else { return refuseRollback(target.id, .misfit) }
    if target.compromised { return refuseRollback(target.id, .compromised) }
    switch key(target.id)?.status {
    case .active, .inactive: publishAgain(target)
    case .expired: refuseRollback(target.id, .expired)
    case .other(let status): refuseRollback(target.id, .unknownStatus(status))
    case nil: nothingToRollBackTo()
    }
  }

  private var rollbackTarget: RetiringKey? {
    retiring.filter { remaining[$0.id] != nil }
      .max { ($0.supersededAt, $0.id) < ($1.supersededAt, $1.id) }
  }

  private mutating func refuseRollback(_ id: AccessKeyID, _ refusal: OrderFinding.Refusal) {
    findings.append(.order(.rollBackRefused(id, refusal, user: observation.user.name)))
  }

  private mutating func nothingToRollBackTo() {
    findings.append(
      .order(
        .nothingToRollBackTo(
          there: observation.keys.map(\.id).filter { remaining[$0] != nil },
          published: published?.id, user: observation.user.name)))
  }

  private mutating func publishAgain(_ target: RetiringKey) {
    guard let trace = trace(of: target.id) else { return }
    // What the rollback is about to replace needs no repair first.
    steps.removeAll { if case .restoreCredentials = $0.step { true } else { false } }
    if let version = trace.last?.version {
      planPublication(of: target, from: version)
    } else {
      planReactivation(of: target, trace.undecryptable)
    }
  }

  private mutating func planPublication(of target: RetiringKey, from version: Int) {
    let superseded = published.flatMap { key($0.id)?.id }
    add(
      .rollBack(target.id, version: version, superseding: superseded),
      "asked for with rollback; version \(version) of `credentials` has its secret")
    rows[target.id] = (.retiring, nil, "is published again by the rollback")
    if let superseded { rows[superseded] = (.published, nil, "retires by the rollback") }
    findings.append(
      .order(
        .rollsBack(
          to: target.id, isActive: key(target.id)?.status == .active,
          superseded.map { id in
            key(id)?.status == .active
              ? .active(id, grace: policy.gracePeriod) : .inactive(id)
          }, until: pause?.until, user: observation.user.name)))
  }

  private mutating func planReactivation(
    of target: RetiringKey, _ undecryptable: (version: Int, why: String)?
  ) {
    let next = now.over(policy.gracePeriod)
    let secret: OrderFinding.UnknownSecret =
      undecryptable.map { .undecryptable(version: $0.version, why: $0.why) } ?? .neverPublished
    add(.reactivate(target.id), "asked for with rollback; \(secret.inWords)")
    rows[target.id] = (
      .retiring, Upcoming(.deactivate, at: next), "made Active again: its grace starts again"
    )
    findings.append(
      .order(
        .secretUnknown(target.id, secret, graceUntil: next, published: published?.id)))
  }
}
