internal import ArgumentParser
internal import Dispatch
internal import SimulationModel
internal import Synchronization

/// Runs random schedules or the exhaustive ones, and replays a seed.
@main
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tries rotate's promises against a model of AWS, under faults.",
    subcommands: [Random.self, Exhaust.self, Replay.self], defaultSubcommand: Random.self)

  struct Random: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Random schedules, one a seed.")

    @Option(help: "How many.") var schedules = 20_000
    @Option(help: "The first seed.") var seed: UInt64 = 1
    @Option(help: "Threads.") var threads = 2

    func run() throws {
      let broken = Mutex<[(UInt64, String)]>([])
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        for index in stride(from: thread, to: schedules, by: threads) {
          let seed = self.seed + UInt64(index)
          if let first = Story(seed: seed).tell().first {
            broken.withLock { $0.append((seed, first)) }
          }
        }
      }
      let found = broken.withLock { $0 }.sorted { $0.0 < $1.0 }
      for (seed, promise) in found.prefix(20) { print("seed \(seed): promise \(promise)") }
      print("\(schedules) schedules from seed \(seed), \(found.count) with a broken promise")
      if !found.isEmpty {
        print("replay one with: simulate replay SEED")
        throw ExitCode(1)
      }
    }
  }

  struct Exhaust: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Every single fault at every call of every kind of run; then pairs.")

    @Flag(help: "Pairs of faults, too.") var pairs = false
    @Option(help: "Threads.") var threads = 2
    @Option(help: "Only the first case with these words, call by call.") var trace: String?

    func run() throws {
      if let trace {
        let found = Exhaustive.cases(pairs: pairs).first { $0.description.contains(trace) }
        for promise in found?.play({ print($0) }) ?? ["no such case"] {
          print("promise \(promise)")
        }
        return
      }
      let cases = Exhaustive.cases(pairs: pairs)
      let broken = Mutex<[(Int, String)]>([])
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        for index in stride(from: thread, to: cases.count, by: threads) {
          if let first = cases[index].play().first {
            broken.withLock { $0.append((index, first)) }
          }
        }
      }
      let found = broken.withLock { $0 }.sorted { $0.0 < $1.0 }
      for (index, promise) in found.prefix(20) { print("\(cases[index]): promise \(promise)") }
      print("\(cases.count) cases, \(found.count) with a broken promise")
      if !found.isEmpty { throw ExitCode(1) }
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
