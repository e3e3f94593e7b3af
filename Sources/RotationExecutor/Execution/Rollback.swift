internal import RotationPlanner
package import struct FoundationEssentials.Date

/// `rotate rollback` for one user: first the pause, made durable under a lease of its own, then the
/// way back. In this order, since the old key is usually due, and a crash between the two must not
/// let the next run of the timer rotate it away.
package struct Rollback {
  /// What the pause says where nobody gave a reason.
  package static let reason = "rolled back"

  private let reason: String?
  private let until: Date?
  private let context: RunContext
  private let makeRun: (RunContext, Order) -> UserRun

  /// - Parameters:
  ///   - reason: nil: that of a pause that is in force, else `Rollback.reason`.
  ///   - until: nil: as a pause that is in force says, where no `reason` is given either; else until
  ///     somebody resumes.
  package init(
    user: ManagedUser, aws: any AWSPort, files: any ProjectionFiles, audit: any AuditTrail,
    run: RunContext, reason: String? = nil, until: Date? = nil
  ) {
    self.reason = reason
    self.until = until
    context = run
    makeRun = { context, order in
      UserRun(
        user: user, aws: aws, files: files, audit: audit, run: context,
        request: PlanRequest(order: order))
    }
  }

  /// Looks and plans; changes nothing.
  package func preview() -> UserOutcome {
    var outcome = makeRun(context, .rollBack).preview()
    guard let plan = outcome.plan, let back = plan.wayBack, let now = outcome.at else {
      return outcome
    }
    let pause = pause(plan, back, now: now)
    guard !pause.stands(in: plan) else { return outcome }
    if let until, until <= now { return makeRun(context, pause.order).preview() }
    outcome.plan?.steps.insert(PlannedStep(.pause(pause), pause.reason), at: 0)
    outcome.plan?.pause = pause
    outcome.after = outcome.plan
    return outcome
  }

  /// Pauses, then rolls back.
  package func perform() -> UserOutcome {
    let first = makeRun(context, .rollBack).preview()
    guard let plan = first.plan, let back = plan.wayBack, let now = first.at else {
      // Nothing to go back to, or nothing could be seen: never without a pause. After a crash only
      // the record may have to follow.
      let isPaused = first.plan.map { !$0.steps.isEmpty && $0.pause != nil } ?? false
      return isPaused ? makeRun(context, .rollBack).perform() : first
    }
    let pause = pause(plan, back, now: now)
    var paused: UserOutcome?
    if !pause.stands(in: plan) {
      let outcome = makeRun(context, pause.order).perform()
      guard outcome.hasPaused else { return outcome.unfinished(back.accessKeyId) }
      paused = outcome
    }
    // A run of its own: in the record's history it must not be mistaken for the first.
    var second = context
    second.runId += ".2"
    let outcome = makeRun(second, .rollBack).perform()
    let joined = paused.map { $0.followed(by: outcome) } ?? outcome
    return outcome.hasRolledBack ? joined : joined.unfinished(back.accessKeyId)
  }

  private func pause(_ plan: Plan, _ back: WayBack, now: Date) -> Pause {
    let standing = plan.pause
    return Pause(
      since: now, until: reason == nil && until == nil ? standing?.until : until,
      reason: reason ?? standing?.reason ?? Self.reason, by: context.actor,
      rollbackTo: back.isPublished ? back.accessKeyId : nil)
  }
}

/// The step that a rollback comes to.
private struct WayBack {
  var accessKeyId: AccessKeyID
  /// Its secret is known, so that it is published again.
  var isPublished: Bool
}

extension Step {
  fileprivate var wayBack: WayBack? {
    switch self {
    case .rollBack(let id, _, _): WayBack(accessKeyId: id, isPublished: true)
    case .reactivate(let id): WayBack(accessKeyId: id, isPublished: false)
    default: nil
    }
  }
}

extension Plan {
  fileprivate var wayBack: WayBack? { steps.lazy.compactMap(\.step.wayBack).first }
}

extension Pause {
  fileprivate var order: Order { .pause(reason: reason, until: until, rollbackTo: rollbackTo) }

  fileprivate func stands(in plan: Plan) -> Bool {
    guard let standing = plan.pause else { return false }
    return standing.reason == reason && standing.until == until
      && standing.rollbackTo == rollbackTo
  }
}

extension UserOutcome {
  fileprivate var hasPaused: Bool {
    isDone { if case .pause = $0 { true } else { false } }
      && !failures.contains { $0.severity == .failed }
  }

  fileprivate var hasRolledBack: Bool { isDone { $0.wayBack != nil } }

  private func isDone(_ isMeant: (Step) -> Bool) -> Bool {
    done.contains { $0.result == .done && isMeant($0.planned.step) }
  }

  fileprivate func followed(by second: UserOutcome) -> UserOutcome {
    var joined = second
    joined.done = done + second.done
    joined.failures = failures + second.failures.filter { !failures.contains($0) }
    joined.after = second.after ?? after
    return joined
  }

  /// Says that it was not done, where nothing says so yet.
  fileprivate func unfinished(_ id: AccessKeyID) -> UserOutcome {
    guard !findings.contains(where: { $0.code == .rollbackUnfinished }) else { return self }
    var outcome = self
    outcome.failures.append(
      Finding(
        code: "rollback-unfinished", .act, "the rollback to \(id) was not finished",
        remedy: "see what is said beside this, and run `rotate rollback --user \(user)` again; "
          + "`rotate status` shows whether rotations are paused"))
    return outcome
  }
}
