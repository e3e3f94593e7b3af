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
      return stop(
        Finding(
          code: "pause-is-over", .act,
          "a pause until \(until.inWords) would be over already: by AWS's clock it is "
            + now.inWords,
          remedy: "name a later date with --until, or none"))
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
      Finding(
        code: "paused", .act,
        "a rotation is wanted (\(reason)), but rotations are \(pause.inWords)",
        remedy: resumeAdvice))
  }

  private var resumeAdvice: String {
    "`rotate resume --user \(observation.user.name)` lets them go on"
  }

  /// Never silent: every report says so, whatever else it says.
  mutating func reportPause() {
    guard let pause else { return }
    if let target = unfinishedRollback(pause) {
      report(
        Finding(
          code: "rollback-unfinished", .act,
          "a rollback to \(target) was begun and has not been finished: "
            + (published.map { "\($0.id) is still published" } ?? "nothing is published"),
          remedy: "`rotate rollback --user \(observation.user.name)` again; or, to stay with what "
            + "is published, `rotate resume --user \(observation.user.name)`"))
    }
    guard !findings.contains(where: { $0.code == "paused" }) else { return }
    report(
      Finding(code: "paused", .notice, "rotations are \(pause.inWords)", remedy: resumeAdvice))
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
        Finding(
          code: "rolled-back", .notice, "\(published.id) is published again already",
          remedy: "nothing; `rotate resume --user \(observation.user.name)` when new keys may come "
            + "again"))
      return
    }
    guard let target = rollbackTarget else { return nothingToRollBackTo() }
    guard canCommit else {
      return refuseRollback(
        "\(target.id) can't be published again in a `credentials` of that type",
        "mend that first, see above; or make the key Active by hand: `aws iam update-access-key "
          + "--user-name \(observation.user.name) --access-key-id \(target.id) --status Active`")
    }
    if target.compromised {
      return refuseRollback(
        "\(target.id) was replaced as compromised: it is not published again",
        "`rotate --user \(observation.user.name) --now` makes another key, once there is room")
    }
    switch key(target.id)?.status {
    case .active, .inactive: publishAgain(target)
    case .expired:
      refuseRollback("\(target.id) has expired: it can't be made Active again", Self.noWayBack)
    case .other(let status):
      refuseRollback(
        "\(target.id) has the status \(status), which this version doesn't know", Self.noWayBack)
    case nil: nothingToRollBackTo()
    }
  }

  private static let noWayBack =
    "look at the key in IAM; there is no other superseded key to go back to"

  private var rollbackTarget: RetiringKey? {
    retiring.filter { remaining[$0.id] != nil }
      .max { ($0.supersededAt, $0.id) < ($1.supersededAt, $1.id) }
  }

  private mutating func refuseRollback(_ message: String, _ remedy: String) {
    findings.append(Finding(code: "roll-back-refused", .act, message, remedy: remedy))
  }

  private mutating func nothingToRollBackTo() {
    let there = observation.keys.filter { remaining[$0.id] != nil }.map { key in
      key.id == published?.id
        ? "the published key \(key.id)" : "\(key.id), which isn't this program's"
    }
    findings.append(
      Finding(
        code: "nothing-to-roll-back-to", .act,
        "no superseded key exists any more; there is "
          + (there.isEmpty ? "no key at all" : there.joined(separator: " and ")),
        remedy: "`rotate --user \(observation.user.name) --now` makes a new key, if the published "
          + "one is the trouble"))
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
    guard let superseded else { return explainRollback("") }
    let isActive = key(superseded)?.status == .active
    rows[superseded] = (.published, nil, "retires by the rollback")
    explainRollback(
      isActive
        ? " Builds that have read \(superseded) go on: it stays Active for at least "
          + "\(policy.gracePeriod.inWords), and for as long as it is used."
        : " \(superseded) is Inactive and stays so.")
  }

  private mutating func explainRollback(_ others: String) {
    guard case .rollBack(let id, _, _) = steps.last?.step else { return }
    findings.append(
      Finding(
        code: "running-builds", .notice,
        "builds that start from then on read \(id)"
          + (key(id)?.status == .active ? "." : ", which is made Active again first.") + others
          + " No new key is made until `rotate resume --user \(observation.user.name)`"
          + (pause?.until.map { ", or until \($0.inWords)" } ?? "")))
  }

  private mutating func planReactivation(
    of target: RetiringKey, _ undecryptable: (version: Int, why: String)?
  ) {
    let next = now.over(policy.gracePeriod)
    let secret =
      undecryptable.map {
        "no version of `credentials` that can be decrypted has its secret (version \($0.version) "
          + "can't: \($0.why))"
      } ?? "its secret never stood in `credentials`"
    add(.reactivate(target.id), "asked for with rollback; \(secret)")
    rows[target.id] = (
      .retiring, Upcoming(.deactivate, at: next), "made Active again: its grace starts again"
    )
    findings.append(
      Finding(
        code: "secret-unknown", .act,
        "\(target.id) can be made Active, but not published again: \(secret)"
          + ". Whoever keeps it can use it until \(next.inWords) at least; builds "
          + "that read Parameter Store go on with \(published?.id.description ?? "nothing")",
        remedy: "if builds must read it, put it into `credentials` yourself, as a further version "
          + "(--overwrite --type SecureString) in the form of a credential_process: the next run "
          + "takes it over as the published key. Don't delete the parameter for that: its history "
          + "has the secrets that a rollback needs"))
  }
}
