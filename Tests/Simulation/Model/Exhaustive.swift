internal import RotationPlanner
internal import Synchronization

/// Every single fault at every attempt of every kind of run, and pairs of them.
package enum Exhaustive {
  /// The kinds of runs, each with the way that leads to it.
  package enum Kind: String, CaseIterable, Sendable {
    case firstPublication, firstPublicationBesideAKey, firstPublicationBesideANewKey
    case rotation, deactivation, holding, deletion
    /// A consumer used the superseded key within a quarter of an hour after this program's own proof.
    case usedAfterTheProof
    /// The pair's puts are refused since before the rotation.
    case deactivationBehindACopy
    case recoveryBeforeCommit, recoveryAfterCommit
    /// The dead run published its key, and then somebody has damaged `credentials`.
    case recoveryAfterSpoiltCommit
    /// And of the versions before, none can be decrypted: nobody knows what was published.
    case recoveryWithoutHistory
    /// Somebody has damaged `credentials`, and no version before can be decrypted.
    case lostSecret
    /// The superseded key is Active, Inactive, or its secret never stood in `credentials`.
    case rollbackInGrace, rollbackInSoak, rollbackBeforeAdoption
    /// It is due to be deleted.
    case rollbackAfterSoak
    case compromised
    /// Somebody has made it Active again.
    case compromisedActiveAgain
    /// The key before still retires: the order is recorded, and carried out later.
    case compromisedWithoutRoom
    /// A thief makes sessions with the key for as long as it is accepted, and they are revoked: in the
    /// same run, of a user with a session, by an order that comes later; and the policy is taken away.
    case revocation, revocationWithSession, revocationLater, revocationLaterWithSession
    case revocationEnds
    case pause, rotationWhilePaused, resume
    /// Somebody who may put the record names a key that a person made as retiring; has put an intent
    /// without known keys before the person made it; or puts an old state again, by which a key has
    /// long been Inactive that was Active since.
    case forgedRetirement, forgedIntent, replayedRecord
    /// A user who must give MFA codes: one session is half over, or its key is superseded, or that
    /// key is to be retired and the session after it could not be made.
    case firstPublicationWithSession, sessionRenewal, rotationWithSession, deactivationWithSession
    /// The faults strike host a; host b begins in the same moment.
    case rotationOnTwoHosts
    /// Host b would delete the very key that host a publishes again.
    case rollbackOnTwoHosts
    case compromisedOnTwoHosts

    private var isFirstPublication: Bool {
      [
        .firstPublication, .firstPublicationBesideAKey, .firstPublicationBesideANewKey,
        .firstPublicationWithSession,
      ].contains(self)
    }

    var hasSession: Bool {
      [
        .firstPublicationWithSession, .sessionRenewal, .rotationWithSession,
        .deactivationWithSession, .revocationWithSession, .revocationLaterWithSession,
      ].contains(self)
    }

    private var revokes: Bool {
      [
        .revocation, .revocationWithSession, .revocationLater, .revocationLaterWithSession,
        .revocationEnds,
      ].contains(self)
    }

    /// Those that tell most. What flaps is met at random, too.
    var lags: [Lag] {
      if self == .revocation { return Lag.allCases }
      if hasSession || revokes || self == .rollbackAfterSoak { return [.none, .most] }
      return self == .firstPublication ? Lag.allCases : [.none, .some]
    }

    var isOnTwoHosts: Bool {
      [.rotationOnTwoHosts, .rollbackOnTwoHosts, .compromisedOnTwoHosts].contains(self)
    }

    /// What the run is started with.
    var conditions: Stage.Conditions {
      switch self {
      case .rollbackInGrace, .rollbackInSoak, .rollbackAfterSoak, .rollbackBeforeAdoption,
        .rollbackOnTwoHosts:
        Stage.Conditions(rollsBack: true)
      case .compromised, .compromisedWithoutRoom, .compromisedOnTwoHosts:
        Stage.Conditions(request: PlanRequest(order: .replaceCompromised(nil)))
      case .revocation, .revocationWithSession, .revocationLater, .revocationLaterWithSession:
        Stage.Conditions(
          request: PlanRequest(order: .replaceCompromised(nil), revokesSessions: true))
      case .pause: Stage.Conditions(request: PlanRequest(order: Self.pausing))
      case .resume: Stage.Conditions(request: PlanRequest(order: .resume))
      case .rotationWithSession: Stage.Conditions(request: PlanRequest(rotateNow: true))
      case .firstPublication, .firstPublicationBesideAKey, .firstPublicationBesideANewKey,
        .rotation, .deactivation, .holding, .deletion, .usedAfterTheProof,
        .deactivationBehindACopy, .recoveryBeforeCommit,
        .recoveryAfterCommit, .recoveryAfterSpoiltCommit, .recoveryWithoutHistory, .lostSecret,
        .compromisedActiveAgain,
        .rotationWhilePaused,
        .rotationOnTwoHosts, .revocationEnds,
        .firstPublicationWithSession, .sessionRenewal,
        .deactivationWithSession, .forgedRetirement, .forgedIntent, .replayedRecord:
        Stage.Conditions()
      }
    }

    private static let pausing = Order.pause(reason: "by hand", until: nil, rollbackTo: nil)

    func prepare(_ stage: Stage) {
      if ![.firstPublication, .firstPublicationWithSession, .usedAfterTheProof].contains(self) {
        stage.standingKey(daysOld: self == .firstPublicationBesideANewKey ? 0 : 100)
      }
      stage.promises.begin()
      guard !isFirstPublication else { return }
      if self == .rollbackBeforeAdoption {
        stage.run()
        stage.advance(2 * 86400)
        stage.run()
        return stage.advance(86400)
      }
      if self == .usedAfterTheProof {
        stage.run()
        stage.advance(60)
        stage.run("a", Stage.Conditions(request: PlanRequest(rotateNow: true)))
        stage.advance(780)
        stage.useCopies()
        return stage.advance(86400 - 780 + 30)
      }
      for _ in 0..<3 {  // publish, then retire and delete the key that stood there
        stage.run()
        stage.advance(10 * 86400)
      }
      if self == .lostSecret {
        stage.spoilCredentials()
        return stage.loseOldVersions()
      }
      // What is ordered shows best where nothing would have been due.
      if revokes { return prepareRevocation(stage) }
      if [.compromised, .compromisedOnTwoHosts].contains(self) { return stage.stealPublished() }
      if hasSession { return prepareSession(stage) }
      if isForged { return forge(stage) }
      if self == .compromisedActiveAgain {
        stage.run("a", Kind.compromised.conditions)
        stage.advance(86400)
        return stage.activateOthers()
      }
      stage.advance(91 * 86400)
      switch self {
      case .firstPublication, .firstPublicationBesideAKey, .firstPublicationBesideANewKey,
        .rotation, .rotationOnTwoHosts, .pause, .rollbackBeforeAdoption, .lostSecret,
        .usedAfterTheProof, .compromised,
        .compromisedOnTwoHosts, .compromisedActiveAgain, .firstPublicationWithSession,
        .sessionRenewal,
        .rotationWithSession, .deactivationWithSession, .forgedRetirement, .forgedIntent,
        .replayedRecord, .revocation, .revocationWithSession, .revocationLater,
        .revocationLaterWithSession, .revocationEnds:
        break
      case .rotationWhilePaused, .resume:
        stage.run("a", Stage.Conditions(request: PlanRequest(order: Self.pausing)))
        stage.advance(60)
      case .rollbackInGrace, .compromisedWithoutRoom:
        stage.run()
        stage.advance(3600)
      case .rollbackInSoak, .rollbackAfterSoak, .rollbackOnTwoHosts:
        stage.run()
        stage.advance(2 * 86400)
        stage.run()
        stage.advance((self == .rollbackInSoak ? 1 : 8) * 86400)
      case .deactivation:
        stage.run()
        stage.advance(2 * 86400)
      case .deactivationBehindACopy:
        stage.refuseCopies(true)
        stage.run()
        stage.advance(2 * 86400)
      case .holding:  // somebody keeps a copy of the superseded key
        stage.run()
        stage.advance(2 * 86400)
        stage.useCopies()
        stage.advance(5 * 3600)
      case .deletion:
        stage.run()
        stage.advance(2 * 86400)
        stage.run()
        stage.advance(8 * 86400)
      case .recoveryBeforeCommit: crash(stage, inRotationAt: "CreateAccessKey")
      case .recoveryAfterCommit: crash(stage, inRotationAt: "commit")
      case .recoveryAfterSpoiltCommit:
        crash(stage, inRotationAt: "commit")
        stage.spoilCredentials()
      case .recoveryWithoutHistory:
        crash(stage, inRotationAt: "commit")
        stage.spoilCredentials()
        stage.loseOldVersions()
      }
    }

    var isForged: Bool { [.forgedRetirement, .forgedIntent, .replayedRecord].contains(self) }

    private func forge(_ stage: Stage) {
      let forger = Forger(stage)
      switch self {
      case .forgedRetirement:
        stage.makeForeignKey()
        stage.advance(30 * 86400)
        forger.retireEverything(compromised: false, but: stage.promises.published)
      case .forgedIntent:
        forger.claimWhatIsMadeNow()
      case .replayedRecord:
        stage.advance(91 * 86400)
        stage.run()  // rotates
        stage.advance(2 * 86400)
        stage.run()  // makes the superseded key Inactive
        stage.advance(6 * 86400)
        stage.activateOthers()
        stage.run()  // its grace starts again
        stage.advance(2 * 86400)
        stage.run()  // Inactive again
        stage.advance(86400)
        forger.putAgain(2.0 / 5.0)
      default: break
      }
      stage.promises.forge(all: false)
      stage.advance(60)
    }

    private func prepareSession(_ stage: Stage) {
      stage.run()
      stage.advance(3600)
      switch self {
      case .sessionRenewal:
        stage.advance(18 * 3600)
        // From the beginning of a code's 30 seconds on: what dies in them is followed in them.
        stage.advance(31 - stage.aws.time.truncatingRemainder(dividingBy: 30))
      case .deactivationWithSession:
        // After a rotation without lags, see `crash`: it is read back and proven, the pair is put,
        // seed and key are read. Then comes GetSessionToken.
        let failure = FaultPoint(attempt: 19, fault: .serverError)
        stage.run(
          "a", Stage.Conditions(request: PlanRequest(rotateNow: true), faults: [failure]))
        stage.advance(25 * 3600)
      default: break
      }
    }

    private func prepareRevocation(_ stage: Stage) {
      if hasSession {
        stage.run()
        stage.advance(3600)
      }
      stage.stealPublished()
      stage.advance(600)
      switch self {
      case .revocationLater, .revocationLaterWithSession:
        stage.run("a", Kind.compromised.conditions)
        stage.promises.owesRevocation = false
        stage.advance(3600)
      case .revocationEnds:
        stage.run("a", Kind.revocation.conditions)
        stage.advance(37 * 3600)
      default: break
      }
    }

    private func crash(_ stage: Stage, inRotationAt point: String) {
      // The attempts of a rotation without lags: 3 reads, `credentials` for the proof, the intent,
      // the history, 3 reads, CreateAccessKey, 2 proofs, the commit.
      let attempt = point == "commit" ? 12 : 9
      stage.run(
        "a",
        Stage.Conditions(faults: [FaultPoint(attempt: attempt, fault: .crashAfter)]))
      stage.advance(5)
    }
  }

  /// A run of this kind with these faults, and what comes after. The promises that were broken.
  package static func play(
    _ kind: Kind, _ faults: [FaultPoint], next: [FaultPoint] = [], host: String = "a",
    start: Double = 0.05, lag: Lag = .none, log: ((String) -> Void)? = nil
  ) -> [String] {
    let stage = log == nil ? Prepared.stage(kind, lag) : kind.stage(lag, log)
    let target = kind.rollsBackTo(stage)
    let before = stage.promises.published
    var conditions = kind.conditions
    conditions.faults = faults
    if kind.isOnTwoHosts {
      stage.runTogether([("a", 0, conditions), ("b", start, Stage.Conditions())])
    } else {
      stage.run("a", conditions)
    }
    stage.promises.checkPublished()
    if kind == .rotationWithSession {
      checkSessionStopsNothing(stage, faults, before)
    }
    // The timer's next run begins in the same moment.
    if lag == .most || kind == .sessionRenewal { stage.run() }
    if !next.isEmpty {
      stage.advance(5)
      stage.run(host, Stage.Conditions(faults: next))
      stage.promises.checkPublished()
    }
    if let target { repeatRollback(kind, stage, target) }
    if kind == .deactivationBehindACopy { stage.keepCopiesBehind() }
    if kind.hasSession { keepSession(stage) }
    // The key that may have been published takes the place: a person decides, as the report says.
    if kind == .recoveryWithoutHistory { Meddling(stage).putInOrder() }
    let isLeft = kind == .recoveryAfterSpoiltCommit || kind.isForged
    stage.checkConvergence(foreign: isLeft ? foreign(stage) : 0)
    if stage.promises.isPaused || stage.wantedBack > 0 {
      stage.run("a", Stage.Conditions(request: PlanRequest(order: .resume)))
      stage.checkConvergence()
    }
    return stage.promises.broken
  }

  /// Nobody knows what became of the dead run's key: it was published, and then it wasn't any more.
  private static func foreign(_ stage: Stage) -> Int {
    stage.advance(31 * 60)
    stage.run()
    return stage.foreign
  }

  /// Whatever becomes of the session, the rotation before it stands.
  private static func checkSessionStopsNothing(
    _ stage: Stage, _ faults: [FaultPoint], _ before: AccessKeyID?
  ) {
    guard let first = stage.sessionAttempts.first, faults.allSatisfy({ $0.attempt >= first }),
      stage.promises.published == before
    else { return }
    stage.promises.fail("session: its failure undid the rotation")
  }

  /// One run has failed; the timer's next ones come in time.
  private static func keepSession(_ stage: Stage) {
    for _ in 0..<8 {
      stage.advance(5 * 3600)
      stage.promises.checkSession(mayHaveEnded: false)
      stage.run()
    }
  }

  /// As the reports advise. Whatever became of the first, the next run of the timer and another
  /// rollback end with the old key published.
  private static func repeatRollback(_ kind: Kind, _ stage: Stage, _ target: AccessKeyID) {
    stage.advance(31 * 60)
    stage.run()
    stage.advance(60)
    stage.run("a", kind.conditions)
    if stage.promises.published != target {
      stage.promises.fail("rollback: run again, and \(target) is still not published")
    }
  }

  /// How many attempts a run of this kind makes when nothing goes wrong.
  package static func attempts(_ kind: Kind, lag: Lag = .none) -> Int {
    let stage = Prepared.stage(kind, lag)
    stage.run("a", kind.conditions)
    return stage.attempts
  }

  /// Those of them that are changes.
  package static func changes(_ kind: Kind) -> [Int] {
    let stage = Prepared.stage(kind, .none)
    stage.run("a", kind.conditions)
    return stage.changes
  }
}

extension Exhaustive.Kind {
  /// The key that is to be published again, whatever happens; nil where it may have to go.
  fileprivate func rollsBackTo(_ stage: Stage) -> AccessKeyID? {
    guard [.rollbackInGrace, .rollbackInSoak].contains(self) else { return nil }
    return stage.aws.existing.map(\.id).first { $0 != stage.promises.published }
  }
}

/// The stages on which the kinds of runs begin, each set only once.
private enum Prepared {
  /// A stage is used by one thread at a time: by whoever holds the lock, to make a copy.
  private final class Stages: @unchecked Sendable {
    var byName: [String: Stage] = [:]
  }

  private static let stages = Mutex(Stages())

  static func stage(_ kind: Exhaustive.Kind, _ lag: Lag) -> Stage {
    stages.withLock { stages in
      let name = "\(kind) \(lag)"
      let stage = stages.byName[name] ?? kind.stage(lag, nil)
      stages.byName[name] = stage
      return UncheckedStage(stage.copy())
    }.stage
  }

  /// A copy that nobody else knows.
  private struct UncheckedStage: @unchecked Sendable {
    let stage: Stage
    init(_ stage: Stage) { self.stage = stage }
  }
}

extension Exhaustive.Kind {
  fileprivate func stage(_ lag: Lag, _ log: ((String) -> Void)?) -> Stage {
    let stage = Stage(seed: 7, lag: lag, withSession: hasSession)
    stage.log = log
    prepare(stage)
    return stage
  }
}

/// One case of the exhaustive search.
package struct ExhaustiveCase: Sendable, CustomStringConvertible {
  package var kind: Exhaustive.Kind
  package var faults: [FaultPoint]
  package var next: [FaultPoint] = []
  package var host = "a"
  /// When host b begins, in seconds after host a; where both run at once.
  package var start = 0.05
  package var lag = Lag.none

  package func play(_ log: ((String) -> Void)? = nil) -> [String] {
    Exhaustive.play(
      kind, faults, next: next, host: host, start: start, lag: lag, log: log)
  }

  package var description: String {
    func words(_ points: [FaultPoint]) -> String {
      points.map { "\($0.fault) at \($0.attempt)" }.joined(separator: ", ")
    }
    return "\(kind.rawValue)\(lag == .none ? "" : " with \(lag) lag"): \(words(faults))"
      + (start > 1 ? "; host b after \(start) s" : "")
      + (next.isEmpty ? "" : "; then on host \(host): \(words(next))")
  }
}

extension Exhaustive {
  /// What leaves something behind: only these are worth a pair.
  /// Where the first fault of a pair strikes: everywhere, or, where that would be too much, at the
  /// changes, since a run that ends before its first one leaves nothing behind.
  private static let firstOfPairs: [Kind: @Sendable (Kind) -> [Int]] = [
    .firstPublicationBesideAKey: { Array(0..<attempts($0)) },
    .rotation: { Array(0..<attempts($0)) },
    .rollbackInSoak: { changes($0) },
    .compromised: { changes($0) },
  ]

  private static let lasting: [Fault] = [
    .crashBefore, .crashAfter, .lostReply, .pauseInFlight(850, clockStops: true),
  ]

  /// Host a is held up until its lease is nearly over, and then on the way, with another call or
  /// with the next try of the same; host b begins as soon as the lease is over.
  private static func overtaken(_ kind: Kind) -> [ExhaustiveCase] {
    (0..<attempts(kind)).flatMap { attempt in
      [
        (
          Fault.pauseBefore(1700, clockStops: false), Fault.pauseInFlight(850, clockStops: true),
          1850
        ),
        (.pauseInFlight(950, clockStops: false), .pauseInFlight(899, clockStops: false), 1801),
      ].map { first, second, start in
        ExhaustiveCase(
          kind: kind,
          faults: [
            FaultPoint(attempt: attempt, fault: first),
            FaultPoint(attempt: attempt + 1, fault: second),
          ], start: start)
      }
    }
  }

  /// The single faults of these kinds of runs.
  package static func singles(of kinds: [Kind]) -> [ExhaustiveCase] {
    var cases = kinds.filter(\.isOnTwoHosts).flatMap(overtaken)
    for kind in kinds {
      for lag in kind.lags {
        for attempt in 0..<attempts(kind, lag: lag) {
          for fault in Fault.all {
            cases.append(
              ExhaustiveCase(
                kind: kind, faults: [FaultPoint(attempt: attempt, fault: fault)], lag: lag))
          }
        }
      }
    }
    return cases
  }

  /// Pairs of faults, in one run or in two.
  package static func pairs(of kinds: [Kind]) -> [ExhaustiveCase] {
    var cases: [ExhaustiveCase] = []
    for kind in kinds where firstOfPairs[kind] != nil {
      let count = attempts(kind)
      for first in firstOfPairs[kind]?(kind) ?? [] {
        for fault in lasting {
          let one = FaultPoint(attempt: first, fault: fault)
          for second in 0..<(count + 6) {
            for other in lasting {
              let two = FaultPoint(attempt: second, fault: other)
              if second > first { cases.append(ExhaustiveCase(kind: kind, faults: [one, two])) }
              cases.append(
                ExhaustiveCase(
                  kind: kind, faults: [one], next: [two], host: second % 2 == 0 ? "a" : "b"))
            }
          }
        }
      }
    }
    return cases
  }
}
