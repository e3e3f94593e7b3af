import RotationPlanner
import Testing

import struct FoundationEssentials.Date

@Suite("What holds of every plan")
struct PropertyTests {
  /// In two halves at once: it takes longer than all other unit tests together.
  @Test(arguments: 0...1) func inEverySmallWorld(half: Int) throws {
    var choices = Choices.exhaustive
    var count = 0
    repeat {
      count += 1
      let world = World.small(&choices)
      guard try count % 2 != half || holds(world, "small world \(count)") else { return }
    } while choices.advance()
    #expect(count > 10_000)
  }

  @Test func inManyWorldsOfAnyKind() throws {
    for seed in UInt64(1)...8_000 {
      var choices = Choices.seeded(seed)
      guard try holds(World.any(&choices), "seed \(seed)") else { return }
    }
  }

  /// False, with the world's name, at the first promise that is broken.
  private func holds(_ world: World, _ name: String) throws -> Bool {
    var world = world
    let plan: Plan
    do { plan = try world.plan() } catch {
      Issue.record("\(name): \(error)")
      return false
    }
    let broken = Self.promises.filter { !$0.holds(plan, world) }.map(\.name)
    if broken.isEmpty { return true }
    Issue.record("\(name) breaks \(broken)\n\(plan)\n\(world)")
    return false
  }

  private struct Promise: Sendable {
    var name: String
    var holds: @Sendable (Plan, World) -> Bool

    init(_ name: String, _ holds: @escaping @Sendable (Plan, World) -> Bool) {
      (self.name, self.holds) = (name, holds)
    }
  }

  private static let promises = [
    Promise("a key is deleted only after its soak, or as an orphan") { plan, world in
      plan.doing.allSatisfy { step in
        switch step {
        case .delete(let id): world.hasSoaked(id)
        case .deleteOrphan(let id): world.isOrphan(id)
        default: true
        }
      }
    },
    Promise("a key is deactivated only after its grace, when it is known to be quiet") {
      plan, world in
      plan.doing.allSatisfy { step in
        guard case .deactivate(let id) = step else { return true }
        return world.isQuiet(id, plan) || world.isCompromised(id, plan)
      }
    },
    Promise("no key is taken away while a copy may show it, unless it is compromised") {
      plan, world in
      plan.doing.allSatisfy { step in
        switch step {
        case .deactivate(let id):
          !world.mayShow(id, plan) || world.isCompromised(id, plan)
        case .delete(let id):
          !world.mayShow(id, plan) || world.isCompromised(id, plan) || plan.isUrgent
        default: true
        }
      }
    },
    Promise("no key is made that could not be shown, unless consumers can't wait") { plan, world in
      guard !world.seen.observation.misfits.isEmpty else { return true }
      let commits = world.seen.observation.misfits.allSatisfy { $0.part != .credentials }
      return !plan.doing.contains(where: \.creates) || plan.isUrgent && commits
    },
    Promise("what stands in a type that doesn't fit is told, and never written") { plan, world in
      let observation = world.seen.observation
      guard !observation.misfits.isEmpty else { return true }
      let writes = plan.doing.contains { step in
        switch step {
        case .restoreCredentials, .rollBack:
          observation.misfits.contains { $0.part == .credentials }
        case .renewSession: observation.misfits.contains { $0.part == .session }
        case .repair(let names): !observation.unwritableCopies.isDisjoint(with: names)
        default: false
        }
      }
      return !writes && plan.codes.contains("parameter-type")
    },
    Promise("a key that a copy shows is never given up to make room") { plan, world in
      plan.doing.allSatisfy { step in
        guard case .makeRoom(let id) = step else { return true }
        return !world.seen.observation.shownKeys.contains(id)
          && world.seen.observation.pairKeyId != id
          && !(world.sealedId == id && world.published == nil
            && world.seen.observation.credentialsVersion == nil)
      }
    },
    Promise("a paused user is not rotated unless promise 1 demands it, or the key is compromised") {
      plan, world in
      plan.doing.allSatisfy { step in
        guard case .rotate(let reason, _) = step, world.isPaused else { return true }
        return [.publishedKeyGone, .publishedKeyExpired, .credentialsLost, .compromised]
          .contains(reason)
      }
    },
    Promise("who is paused is told so, whatever else is said") { plan, world in
      guard world.isPaused, plan.pause != nil else { return true }
      return plan.codes.contains("paused")
    },
    Promise("only a rollback publishes an old key again, and never a compromised one") {
      plan, world in
      plan.doing.allSatisfy { step in
        switch step {
        case .rollBack(let id, _, _), .reactivate(let id):
          world.seen.request.order == .rollBack && !world.isCompromised(id, plan)
            && plan.doing.allSatisfy { !$0.creates }
        default: true
        }
      }
    },
    Promise("a compromised key becomes Inactive in the run that replaces it") { plan, world in
      plan.doing.allSatisfy { step in
        guard case .rotate(.compromised, let ids) = step else { return true }
        return ids.allSatisfy { id in
          plan.row(id)?.key.status != .active || plan.doing.last { $0.harms == id } != nil
        }
      }
    },
    Promise("a key is given up only when asked, one at most, Inactive or never used") {
      plan, world in
      let given = plan.doing.compactMap { step -> AccessKeyID? in
        if case .makeRoom(let id) = step { id } else { nil }
      }
      return given.allSatisfy { world.mayBeGivenUp($0) } && given.count <= 1
        && (given.isEmpty || world.seen.request.makeRoom)
    },
    Promise("nothing destructive happens to the published key or to one of unknown status") {
      plan, world in
      plan.doing.compactMap(\.harms).allSatisfy { id in
        guard let key = world.seen.observation.keys.first(where: { $0.id == id }) else {
          return false
        }
        if case .other = key.status { return false }
        let isReplaced = plan.doing.contains(.rotate(.compromised, superseding: [id]))
        return (isReplaced || id != plan.publishes(world)) && plan.row(id)?.role != .foreign
      }
    },
    Promise("a stopped plan has no steps, and says why") { plan, _ in
      !plan.isStopped || plan.steps.isEmpty && !plan.findings.isEmpty
    },
    Promise("what could not be read stops whatever rests on it") { plan, world in
      guard world.isBlind else { return true }
      return plan.isStopped
    },
    Promise("a foreign lease or record stops everything") { plan, world in
      let mayAct =
        switch (world.seen.observation.lease, world.seen.observation.record) {
        case (.held, _), (.unread, _), (_, .damaged), (_, .newerSchema), (_, .misfit): false
        case (_, .state(let state)): state.userId == "AIDA1"
        case (_, .absent): true
        }
      return mayAct || plan.isStopped
    },
    Promise("whoever must act is told how") { plan, _ in
      plan.findings.allSatisfy { $0.severity < .act || !($0.remedy ?? "").isEmpty }
    },
    Promise("each key has one row, oldest first") { plan, world in
      plan.keys.map(\.key)
        == world.seen.observation.keys.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    },
    Promise("there is room for what is created") { plan, world in
      let removed = plan.doing.count { $0.removes }
      let created = plan.doing.count { $0.creates }
      return created == 0
        || created == 1 && world.seen.observation.keys.count - removed < 2
    },
    Promise("a rotation supersedes the published key where it still exists") { plan, world in
      plan.doing.allSatisfy { step in
        guard case .rotate(_, let superseding) = step, let published = plan.publishes(world),
          plan.row(published) != nil
        else { return true }
        return superseding == [published]
      }
    },
    Promise("--now rotates, or makes room, or needs somebody") { plan, world in
      guard world.seen.request.rotateNow else { return true }
      return plan.findings.contains { $0.severity >= .act }
        || plan.doing.contains {
          switch $0 {
          case .rotate: true
          case .makeRoom: world.seen.request.makeRoom
          default: false
          }
        }
    },
    Promise("--now holds nothing up that is due without it") { plan, world in
      guard world.seen.request.rotateNow, !plan.doing.contains(where: \.creates) else {
        return true
      }
      var plain = world.seen
      plain.request.rotateNow = false
      guard let due = try? plain.plan().doing else { return true }
      return due.allSatisfy { step in
        switch step {
        // What else is done makes the one needless; who is paused has to resume for the other.
        case .recordState, .makeRoom: true
        default: plan.doing.contains(step)
        }
      }
    },
    Promise("the order in which IAM lists keys doesn't matter") { plan, world in
      var mirrored = world.seen
      mirrored.observation.keys.reverse()
      mirrored.observation.keys += mirrored.observation.keys.prefix(1)
      return mirrored.verdict == .decided(plan) && world.seen.verdict == .decided(plan)
    },
    // And to retire what waited for a copy.
    Promise("when all is done, nothing is left to do but to note what became of a key") {
      plan, world in
      // Who only pauses, resumes or rolls back leaves the rest to the next run.
      switch world.seen.request.order {
      case .pause, .resume, .rollBack: return true
      case .replaceCompromised, nil: break
      }
      guard !plan.isStopped, !world.contradictsItself else { return true }
      var once = world.after(plan)
      guard let second = try? once.plan() else { return false }
      let restored = plan.doing.contains {
        if case .restoreCredentials = $0 { true } else { false }
      }
      let waited = Set(plan.keys.filter { $0.reason.hasPrefix("a copy may") }.map(\.key.id))
      guard
        restored
          || second.doing.allSatisfy({ $0.isNote || $0.harms.map(waited.contains) ?? false })
      else { return false }
      var twice = once.after(second)
      return (try? twice.plan())?.doing.isEmpty == true
    },
  ]
}

extension World {
  private func listed(_ id: AccessKeyID) -> AccessKey? {
    seen.observation.keys.first { $0.id == id }
  }

  fileprivate func hasSoaked(_ id: AccessKeyID) -> Bool {
    guard let status = listed(id)?.status, status == .inactive || status == .expired,
      let since = seen.state.retiring.first(where: { $0.id == id })?.deactivatedAt
    else { return false }
    return since + seen.policy.soakPeriod < Situation.now
  }

  fileprivate func isOrphan(_ id: AccessKeyID) -> Bool {
    guard let left = unfinished, let key = listed(id), !left.knownKeyIds.contains(id),
      left.tenures.contains(where: {
        key.createdAt + .seconds(3) >= $0.since && key.createdAt <= $0.until + .seconds(2)
      }), id != published?.id,
      !seen.state.retiring.contains(where: { $0.id == id }),
      seen.observation.credentials != .known(.works(id)),
      case .known(let use) = seen.observation.lastUsed[id], use.at == nil || use.service == "sts"
    else { return false }
    if seen.observation.credentialsVersion == published?.credentialsVersion { return true }
    guard case .known(let publications) = seen.observation.publications else { return false }
    return publications.filter { $0.at + .seconds(3) >= key.createdAt }.allSatisfy {
      switch $0.content {
      case .key(let other): other != id
      case .nothing: true
      case .unread, .undecryptable: false
      }
    }
  }

  fileprivate func isQuiet(_ id: AccessKeyID, _ plan: Plan) -> Bool {
    let adopted = plan.doing.flatMap { step -> [RetiringKey] in
      if case .adopt(_, _, let retiring) = step { retiring } else { [] }
    }
    guard let retired = (seen.state.retiring + adopted).first(where: { $0.id == id }),
      listed(id)?.status == .active,
      retired.supersededAt + seen.policy.gracePeriod < Situation.now,
      case .known(let use) = seen.observation.lastUsed[id]
    else { return false }
    // For a quarter of an hour after the use that IAM has noted, it notes no other.
    return use.at.map { $0 + .minutes(15) + seen.policy.quietPeriod < Situation.now } ?? true
  }

  /// One of the copies may still show it: the planner has seen that, or an adoption writes them only
  /// now.
  fileprivate func mayShow(_ id: AccessKeyID, _ plan: Plan) -> Bool {
    guard published != nil || plan.publishes(self) != nil else { return false }
    let adopts = plan.doing.contains { if case .adopt = $0 { true } else { false } }
    return !seen.observation.drift.isEmpty || adopts && seen.observation.hasCopies
  }

  fileprivate var isPaused: Bool {
    guard case .state(let state) = seen.observation.record, let pause = state.pause else {
      return false
    }
    return pause.until.map { Situation.now < $0 } ?? true
  }

  fileprivate func isCompromised(_ id: AccessKeyID, _ plan: Plan) -> Bool {
    if case .replaceCompromised(let ids) = seen.request.order {
      if ids?.contains(id) ?? (id == plan.publishes(self)) { return true }
    }
    guard case .state(let state) = seen.observation.record else {
      return unfinished?.compromised.contains(id) ?? false
    }
    return unfinished?.compromised.contains(id) ?? false
      || state.retiring.contains { $0.id == id && $0.compromised }
      || state.published?.id == id && state.published?.compromised == true
  }

  fileprivate func mayBeGivenUp(_ id: AccessKeyID) -> Bool {
    guard let key = listed(id), id != published?.id,
      !seen.state.retiring.contains(where: { $0.id == id })
    else { return false }
    return key.status == .inactive
      || seen.observation.lastUsed[id] == .known(AccessKeyLastUsed(at: nil))
  }

  /// Something that the planner asked for, and that decides what is published, is unknown.
  /// The record is proven by the secret in the very version of `credentials` that holds another key:
  /// no such world exists, and no key is taken away in it.
  fileprivate var contradictsItself: Bool {
    guard case .known(let content) = credentials, let published, content != .works(published.id)
    else { return false }
    return published.credentialsVersion == seen.observation.credentialsVersion
  }

  fileprivate var isBlind: Bool {
    if case .unknown = seen.observation.credentials { return true }
    if case .unknown = seen.observation.publications { return true }
    if case .unknown = seen.observation.pairWorks { return true }
    return false
  }
}

extension Plan {
  /// Consumers have no key that works, or somebody else has theirs.
  fileprivate var isUrgent: Bool {
    doing.contains {
      guard case .rotate(let reason, _) = $0 else { return false }
      return [.publishedKeyGone, .publishedKeyExpired, .credentialsLost, .compromised]
        .contains(reason)
    }
      || codes.contains {
        ["no-room", "no-room-to-replace", "nothing-to-give-up", "foreign-key-takes-slot"]
          .contains($0)
      }
  }

  /// The key that is published before a rotation.
  fileprivate func publishes(_ world: World) -> AccessKeyID? {
    for case .adopt(let key, _, _) in doing { return key.id }
    return world.published?.id
  }
}

extension Step {
  fileprivate var harms: AccessKeyID? {
    switch self {
    case .delete(let id), .deleteOrphan(let id), .deactivate(let id), .makeRoom(let id): id
    default: nil
    }
  }

  fileprivate var removes: Bool {
    switch self {
    case .delete, .deleteOrphan: true
    default: false
    }
  }

  fileprivate var creates: Bool { if case .rotate = self { true } else { false } }
  var isNote: Bool { if case .note = self { true } else { false } }
}
