internal import RotationPlanner

/// Every single fault at every attempt of every kind of run, and pairs of them.
package enum Exhaustive {
  /// The kinds of runs, each with the way that leads to it.
  package enum Kind: String, CaseIterable, Sendable {
    case firstPublication, firstPublicationBesideAKey, firstPublicationBesideANewKey
    case rotation, deactivation, holding, deletion
    case recoveryBeforeCommit, recoveryAfterCommit
    /// The faults strike host a; host b begins in the same moment.
    case rotationOnTwoHosts

    private var isFirstPublication: Bool {
      [.firstPublication, .firstPublicationBesideAKey, .firstPublicationBesideANewKey]
        .contains(self)
    }

    func prepare(_ stage: Stage) {
      if self != .firstPublication {
        stage.standingKey(daysOld: self == .firstPublicationBesideANewKey ? 0 : 100)
      }
      stage.promises.begin()
      guard !isFirstPublication else { return }
      for _ in 0..<3 {  // publish, then retire and delete the key that stood there
        stage.run()
        stage.advance(10 * 86400)
      }
      stage.advance(91 * 86400)
      switch self {
      case .firstPublication, .firstPublicationBesideAKey, .firstPublicationBesideANewKey,
        .rotation, .rotationOnTwoHosts:
        break
      case .deactivation:
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
      }
    }

    private func crash(_ stage: Stage, inRotationAt point: String) {
      // The attempts of a rotation without lags: 3 reads, the intent, the history, 3 reads,
      // CreateAccessKey, 2 proofs, the commit.
      let attempt = point == "commit" ? 11 : 8
      stage.run(
        "a",
        Stage.Conditions(faults: [FaultPoint(attempt: attempt, fault: .crashAfter)]))
      stage.advance(5)
    }
  }

  /// A run of this kind with these faults, and what comes after. The promises that were broken.
  package static func play(
    _ kind: Kind, _ faults: [FaultPoint], next: [FaultPoint] = [], host: String = "a",
    start: Double = 0.05, lags: Bool = false, log: ((String) -> Void)? = nil
  ) -> [String] {
    let stage = Stage(seed: 7, lags: lags)
    stage.log = log
    kind.prepare(stage)
    let conditions = Stage.Conditions(faults: faults)
    if kind == .rotationOnTwoHosts {
      stage.runTogether([("a", 0, conditions), ("b", start, Stage.Conditions())])
    } else {
      stage.run("a", conditions)
    }
    stage.promises.checkPublished()
    if !next.isEmpty {
      stage.advance(5)
      stage.run(host, Stage.Conditions(faults: next))
      stage.promises.checkPublished()
    }
    stage.checkConvergence()
    return stage.promises.broken
  }

  /// How many attempts a run of this kind makes when nothing goes wrong.
  package static func attempts(_ kind: Kind, lags: Bool = false) -> Int {
    let stage = Stage(seed: 7, lags: lags)
    kind.prepare(stage)
    stage.run()
    return stage.attempts
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
  package var lags = false

  package func play(_ log: ((String) -> Void)? = nil) -> [String] {
    Exhaustive.play(
      kind, faults, next: next, host: host, start: start, lags: lags, log: log)
  }

  package var description: String {
    func words(_ points: [FaultPoint]) -> String {
      points.map { "\($0.fault) at \($0.attempt)" }.joined(separator: ", ")
    }
    return "\(kind.rawValue)\(lags ? " with lags" : ""): \(words(faults))"
      + (start > 1 ? "; host b after \(start) s" : "")
      + (next.isEmpty ? "" : "; then on host \(host): \(words(next))")
  }
}

extension Exhaustive {
  /// What leaves something behind: only these are worth a pair.
  private static let lasting: [Fault] = [
    .crashBefore, .crashAfter, .lostReply, .pauseInFlight(850, clockStops: true),
  ]

  /// Host a is held up until its lease is nearly over, and then on the way; host b begins as soon
  /// as the lease is over.
  private static var overtaken: [ExhaustiveCase] {
    (0..<attempts(.rotationOnTwoHosts)).map { attempt in
      ExhaustiveCase(
        kind: .rotationOnTwoHosts,
        faults: [
          FaultPoint(attempt: attempt, fault: .pauseBefore(1700, clockStops: false)),
          FaultPoint(attempt: attempt + 1, fault: .pauseInFlight(850, clockStops: true)),
        ], start: 1850)
    }
  }

  /// The single faults of all kinds of runs, or of those named; and pairs of them.
  package static func cases(pairs: Bool, kinds: [Kind] = Kind.allCases) -> [ExhaustiveCase] {
    var cases: [ExhaustiveCase] = []
    for kind in kinds {
      for lags in [false, true] {
        for attempt in 0..<attempts(kind, lags: lags) {
          for fault in Fault.all {
            cases.append(
              ExhaustiveCase(
                kind: kind, faults: [FaultPoint(attempt: attempt, fault: fault)], lags: lags))
          }
        }
      }
    }
    if kinds.contains(.rotationOnTwoHosts) { cases += overtaken }
    guard pairs else { return cases }
    for kind in kinds where [.firstPublicationBesideAKey, .rotation].contains(kind) {
      let count = attempts(kind)
      for first in 0..<count {
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
