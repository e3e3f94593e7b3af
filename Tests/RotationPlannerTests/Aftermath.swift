import RotationPlanner

extension World {
  /// The world after a run that did what the plan says, and gave the lease back.
  func after(_ plan: Plan) -> World {
    var world = self
    var state = RotationState(user: "deployer", userId: "AIDA1", account: "111122223333")
    if case .state(let recorded) = seen.observation.record { state = recorded }
    let version = seen.observation.credentialsVersion ?? 0
    for step in plan.doing { world.take(step, &state, version) }
    if let id = state.published?.id, plan.replacing.contains(id) {
      state.published?.compromised = true
    }
    world.seen.state = state
    world.seen.observation.lease = .free
    world.seen.observation.drift = world.seen.observation.drift.filter(
      world.seen.observation.unwritableCopies.contains)
    world.seen.observation.auditLogCut = false
    world.seen.request = PlanRequest()
    world.seen.observation.credentials = nil
    if let published = state.published {
      // What is lost, and waits for room, stays so.
      let untouched = version == published.credentialsVersion
      let isLeft = !plan.isStopped && plan.doing.allSatisfy(\.isNote)
      if (!untouched && !isLeft) || plan.doing.contains(where: \.publishes) {
        world.credentials = .known(.works(published.id))
      }
    }
    world.seen.observation.credentialsVersion =
      state.published?.credentialsVersion ?? seen.observation.credentialsVersion
    return world
  }

  private mutating func take(_ step: Step, _ state: inout RotationState, _ version: Int) {
    let now = Situation.now
    func index(_ id: AccessKeyID) -> Int? { state.retiring.firstIndex { $0.id == id } }
    switch step {
    case .adopt(let key, let source, let retiring):
      state.published = PublishedKey(
        id: key.id, createdAt: key.createdAt, publishedAt: now,
        credentialsVersion: source == .credentials ? version : version + 1, provenAt: now)
      state.retiring.removeAll { old in
        old.id == key.id || retiring.contains { $0.id == old.id }
      }
      state.retiring += retiring
    case .deleteOrphan(let id), .delete(let id):
      seen.observation.keys.removeAll { $0.id == id }
      state.retiring.removeAll { $0.id == id }
    case .restoreCredentials: state.published?.credentialsVersion = version + 1
    case .note(let id, .inactive): index(id).map { state.retiring[$0].deactivatedAt = now }
    case .note(let id, .reactivated):
      index(id).map { state.retiring[$0].deactivatedAt = nil }
      index(id).map { state.retiring[$0].supersededAt = now }
    case .note(let id, .gone): state.retiring.removeAll { $0.id == id }
    case .note(_, .rewritten): state.published?.credentialsVersion = version
    case .deactivate(let id):
      setInactive(id)
      index(id).map { state.retiring[$0].deactivatedAt = now }
    case .makeRoom(let id):
      setInactive(id)
      state.retiring.append(RetiringKey(id: id, supersededAt: now, deactivatedAt: now))
    case .pause(let pause): state.pause = pause
    case .resume: state.pause = nil
    case .rollBack(let id, _, let superseding):
      setActive(id)
      state.retiring.removeAll { $0.id == id || $0.id == superseding }
      if let superseding {
        let isInactive = seen.observation.keys.first { $0.id == superseding }?.status == .inactive
        state.retiring.append(
          RetiringKey(
            id: superseding, supersededAt: now, deactivatedAt: isInactive ? now : nil,
            compromised: state.published?.id == superseding && state.published?.compromised == true)
        )
      }
      state.published = PublishedKey(
        id: id, createdAt: seen.observation.keys.first { $0.id == id }?.createdAt ?? now,
        publishedAt: now, credentialsVersion: version + 1, provenAt: now)
    case .reactivate(let id):
      setActive(id)
      index(id).map { state.retiring[$0].deactivatedAt = nil }
      index(id).map { state.retiring[$0].supersededAt = now }
    case .rotate(let reason, let superseding):
      for id in superseding {
        state.retiring.removeAll { $0.id == id }
        let isInactive = seen.observation.keys.first { $0.id == id }?.status == .inactive
        state.retiring.append(
          RetiringKey(
            id: id, supersededAt: now,
            deactivatedAt: isInactive && state.published?.id == id ? now : nil,
            compromised: reason == .compromised))
      }
      state.pause?.rollbackTo = nil
      seen.observation.keys.append(AccessKey(id: "NEW", status: .active, createdAt: now))
      state.published = PublishedKey(
        id: "NEW", createdAt: now, publishedAt: now, credentialsVersion: version + 1, provenAt: now)
    case .revokeSessions: state.leak?.revokedBefore = now
    case .endRevocation: state.leak = nil
    case .repair, .recordState, .renewSession: break
    }
  }

  private mutating func setActive(_ id: AccessKeyID) {
    for index in seen.observation.keys.indices where seen.observation.keys[index].id == id {
      seen.observation.keys[index].status = .active
    }
  }

  private mutating func setInactive(_ id: AccessKeyID) {
    for index in seen.observation.keys.indices where seen.observation.keys[index].id == id {
      seen.observation.keys[index].status = .inactive
    }
  }
}

extension Step {
  fileprivate var publishes: Bool {
    switch self {
    case .adopt, .restoreCredentials, .rotate, .rollBack: true
    default: false
    }
  }
}
