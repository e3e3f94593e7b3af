internal import RotationExecutor
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// A random schedule: stages, runs with faults, several hosts at once, people who meddle, and time
/// that passes. The seed decides everything.
package struct Story {
  package let seed: UInt64

  package init(seed: UInt64) { self.seed = seed }

  /// The promises that were broken; empty: none.
  package func tell(_ log: ((String) -> Void)? = nil) -> [String] { play(log).broken }

  /// What some of many stories have to meet, so that they prove something.
  package static let whatIsMet: [String] =
    Fault.all.map(\.description) + Meddling.deeds + Forger.deeds + [
      "the user is made again", "list lags", "read lags", "history lags", "key flaps",
      "a version that can't be decrypted", "a use that IAM doesn't note", "clock wrong", "rollback",
      "2 hosts at once", "3 hosts at once", "copy refused",
    ]

  /// The promises that were broken, and what was met on the way and how often.
  package func play(_ log: ((String) -> Void)? = nil) -> (broken: [String], met: [String: Int]) {
    let stage = Stage(seed: seed, withSession: seed % 4 == 3)
    stage.log = log
    var random = Randomness(seed: seed ^ 0xA5A5_5A5A)
    set(stage, &random)
    stage.promises.begin()
    let peopleMeddle = random.chance(0.4)
    for _ in 0..<(3 + random.next() % 5) {
      act(stage, &random)
      if peopleMeddle, random.chance(0.4) { Meddling(stage).doSomething(&random) }
      stage.promises.checkPublished()
      stage.promises.checkSession()
    }
    stage.aws.refused = []
    // What stands in the way of a rotation shows only when rotations go on.
    stage.advance(31 * 60)
    stage.run()
    stage.run("a", Stage.Conditions(request: PlanRequest(order: .resume)))
    if peopleMeddle {
      Meddling(stage).putInOrder()
      stage.run("a", Stage.Conditions(request: PlanRequest(order: .resume)))
    }
    stage.checkConvergence(foreign: peopleMeddle ? stage.foreign : 0)
    return (stage.promises.broken, stage.aws.met)
  }

  /// What stands there when `rotate` comes.
  private func set(_ stage: Stage, _ random: inout Randomness) {
    let opening = random.next() % 6
    switch opening {
    case 0: break  // a user without a key
    case 1: stage.standingKey(daysOld: random.upTo(200))
    case 2: adoptable(stage, daysOld: random.upTo(100))
    default:
      // Published by this program some time ago, perhaps in the middle of a retirement.
      if random.chance(0.5) { stage.standingKey(daysOld: 10) }
      stage.promises.begin()
      stage.run()
      stage.advance(random.pick([60, 2 * 86400, 10 * 86400, 91 * 86400]))
      if random.chance(0.5) {
        stage.run("a", Stage.Conditions(request: PlanRequest(rotateNow: true)))
        stage.advance(random.pick([60, 2 * 86400, 91 * 86400]))
      }
    }
  }

  /// A key that somebody keeps in the pair by hand.
  private func adoptable(_ stage: Stage, daysOld: Double) {
    guard let id = stage.standingKey(daysOld: daysOld), let key = stage.aws.key(id) else { return }
    let pair = stage.user.pair.map(\.place.name)
    // Some put both halves as SecureStrings.
    _ = stage.aws.put(pair[0], Array(key.id.rawValue.utf8), isSecure: daysOld < 40)
    _ = stage.aws.put(pair[1], Array(key.secret.utf8), isSecure: true)
    stage.advance(10)
  }

  private func act(_ stage: Stage, _ random: inout Randomness) {
    // A policy that denies the copies comes and goes, and may stay for months.
    if random.chance(0.1) {
      stage.refuseCopies(stage.aws.refused.isEmpty)
    }
    switch random.next() % 10 {
    case 0...4:
      let host = random.pick(["a", "a", "b"])
      var conditions = conditions(&random)
      // Its timer runs more often.
      if stage.user.session != nil, conditions.request.order == nil, !conditions.rollsBack {
        conditions.request.sessionsOnly = random.chance(0.3)
      }
      stage.run(host, conditions)
    case 5...7:
      let hosts = random.chance(0.3) ? ["a", "b", "c"] : ["a", "b"]
      stage.runTogether(
        hosts.map { host in
          (host, random.upTo(random.pick([1, 60, 1200])), conditions(&random))
        })
    default: break
    }
    if random.chance(0.3) { stage.useConsumer() }
    if random.chance(0.5) {
      stage.advance(random.pick([5, 40, 600, 1900, 7200, 86400, 8 * 86400, 91 * 86400]))
    }
  }

  private func conditions(_ random: inout Randomness) -> Stage.Conditions {
    let order = order(&random)
    return Stage.Conditions(
      request: PlanRequest(
        rotateNow: order == nil && random.chance(0.3), order: order,
        revokesSessions: order == .replaceCompromised(nil) && random.chance(0.5)),
      rollsBack: order == nil && random.chance(0.08),
      faultRate: random.pick([0, 0.02, 0.06, 0.15]),
      wallOffset: random.pick([0, 0, 0, 400, -400, 86400 * 400, -86400 * 400]))
  }

  private func order(_ random: inout Randomness) -> Order? {
    switch random.next() % 16 {
    case 0: .pause(reason: "a story", until: nil, rollbackTo: nil)
    case 1:
      .pause(
        reason: "a story",
        until: Date(timeIntervalSince1970: 1_800_000_000 + random.upTo(200 * 86400)),
        rollbackTo: nil)
    case 2: .resume
    case 3: .replaceCompromised(nil)
    default: nil
    }
  }
}
