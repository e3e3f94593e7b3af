internal import ArgumentParser
internal import Dispatch
internal import Glibc
internal import LibCrypto
internal import SimulationModel

/// Runs random schedules or the exhaustive ones, and replays a seed.
@main
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tries rotate's promises against a model of AWS, under faults.",
    subcommands: [Random.self, Exhaust.self, Replay.self], defaultSubcommand: Random.self)

  /// How many at once, and when to stop.
  struct Search: ParsableArguments {
    // More than cores: hosts of one schedule take turns, and waking the next one takes time.
    @Option(help: "Threads.") var threads = 4 * Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    @Flag(help: "Stop at the first broken promise.") var stop = false

    /// Tries each index; those with a broken promise, and the first promise that broke.
    func run(_ count: Int, _ attempt: @escaping @Sendable (Int) -> String?) -> [(Int, String)] {
      let broken = Locked<[(Int, String)]>([])
      let (threads, stop) = (threads, stop)
      let group = DispatchGroup()
      for thread in 0..<threads {
        // A queue of its own has a thread of its own.
        DispatchQueue(label: "search").async(group: group) {
          for index in stride(from: thread, to: count, by: threads) {
            if stop, broken.withLock({ !$0.isEmpty }) { return }
            if let first = attempt(index) { broken.withLock { $0.append((index, first)) } }
          }
        }
      }
      group.wait()
      return broken.withLock { $0 }.sorted { $0.0 < $1.0 }
    }
  }

  struct Random: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Random schedules, one a seed.")

    @Option(help: "How many.") var schedules = 20_000
    @Option(help: "The first seed.") var seed: UInt64 = 1
    @Flag(help: "Print how often each fault was met, and fail where one never was.")
    var counts = false
    @OptionGroup var search: Search

    func run() throws {
      let met = Locked<[String: Int]>([:])
      let found = search.run(schedules) { index in
        let story = Story(seed: seed + UInt64(index)).play()
        met.withLock { $0.merge(story.met, uniquingKeysWith: +) }
        return story.broken.first
      }
      for (index, promise) in found.prefix(20) {
        print("seed \(seed + UInt64(index)): promise \(promise)")
      }
      print("\(schedules) schedules from seed \(seed), \(found.count) with a broken promise")
      if counts { try count(met.withLock { $0 }) }
      guard let (index, _) = found.first else { return }
      print("replay: .build/release/simulate replay \(seed + UInt64(index))")
      throw ExitCode(1)
    }

    private func count(_ met: [String: Int]) throws {
      for what in Story.whatIsMet { print("\(met[what] ?? 0) times: \(what)") }
      guard Story.whatIsMet.allSatisfy({ met[$0] != nil }) else { throw ExitCode(1) }
    }
  }

  struct Exhaust: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Every single fault at every call of every kind of run; then pairs.")

    @Flag(help: "Pairs of faults, too.") var pairs = false
    @Option(help: "Of the pairs only one in so many.") var every = 1
    @Option(help: "With which one to begin.") var from = 0
    @Option(help: "Only this kind of run; all of them where none is named.")
    var kind: [Exhaustive.Kind] = []
    @Option(help: "Only with reads that are so far behind.") var lag: Lag?
    @Option(help: "Only with this fault, in the words of the cases.") var fault: String?
    @Option(help: "Only the first case with these words, call by call.") var trace: String?
    @OptionGroup var search: Search

    func run() throws {
      let kinds = kind.isEmpty ? Exhaustive.Kind.allCases : kind
      let cases = (Exhaustive.singles(of: kinds) + takenPairs(of: kinds)).filter { one in
        (lag == nil || one.lag == lag)
          && (fault == nil || one.faults.contains { $0.fault.description == fault })
      }
      if let trace {
        let found =
          cases.first { $0.description == trace }
          ?? cases.first { $0.description.contains(trace) }
        let broken = found?.play({ print($0) }) ?? ["no such case"]
        for promise in broken { print("promise \(promise)") }
        if !broken.isEmpty { throw ExitCode(1) }
        return
      }
      let found = search.run(cases.count) { cases[$0].play().first }
      for (index, promise) in found.prefix(20) { print("\(cases[index]): promise \(promise)") }
      print("\(cases.count) cases, \(found.count) with a broken promise")
      guard let (index, _) = found.first else { return }
      let flag =
        (pairs ? "--pairs " : "") + (lag.map { "--lag \($0) " } ?? "")
        + (fault.map { "--fault '\($0)' " } ?? "")
      print("replay: .build/release/simulate exhaust \(flag)--trace '\(cases[index])'")
      throw ExitCode(1)
    }

    private func takenPairs(of kinds: [Exhaustive.Kind]) -> [ExhaustiveCase] {
      guard pairs else { return [] }
      let all = Exhaustive.pairs(of: kinds)
      let taken = stride(from: from % every, to: all.count, by: every).map { all[$0] }
      if taken.count < all.count {
        print("\(taken.count) of \(all.count) pairs: --every \(every) --from \(from)")
      }
      return taken
    }

    func validate() throws {
      guard every > 0, from >= 0 else {
        throw ValidationError("--every takes a number from 1 on, --from one from 0 on")
      }
    }
  }

  struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "One seed, call by call.")

    @Argument var seed: UInt64

    func run() throws {
      let broken = Story(seed: seed).tell { print($0) }
      for promise in broken { print("promise \(promise)") }
      if !broken.isEmpty { throw ExitCode(1) }
    }
  }
}

extension Exhaustive.Kind: ExpressibleByArgument {}
extension Lag: ExpressibleByArgument {}
