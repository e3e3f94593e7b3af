internal import Glibc
internal import LibCrypto

/// A few threads that work through a list. Each keeps a state of its own, such as a client.
enum WorkerThreads {
  /// The results stand in the order of the items. The calling thread is one of them, with the
  /// state `own`; with one item it does it all.
  static func map<Item: Sendable, State, Result: Sendable>(
    _ items: [Item], threads: Int, own: State, state: @escaping @Sendable () -> State,
    _ body: @escaping @Sendable (Item, State) -> Result
  ) -> [Result] {
    let work = Work<Result>(count: items.count)
    @Sendable func run(_ state: State) {
      while let index = work.take() { work.put(body(items[index], state), at: index) }
    }
    var started: [pthread_t] = []
    for _ in 0..<max(0, min(threads, items.count) - 1) {
      if let thread = start({ run(state()) }) { started.append(thread) }
    }
    run(own)
    for thread in started { pthread_join(thread, nil) }
    return work.results
  }

  /// A thread that nobody waits for. False where the system has none left.
  static func detach(_ run: @escaping @Sendable () -> Void) -> Bool {
    guard let thread = start(run) else { return false }
    pthread_detach(thread)
    return true
  }

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Nil where the system has no thread left: the others do its work.
  private static func start(_ run: @escaping @Sendable () -> Void) -> pthread_t? {
    var thread = pthread_t()
    let body = Unmanaged.passRetained(Body(run))
    let status = pthread_create(
      &thread, nil,
      { raw in
        if let raw { Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run() }
        return nil
      }, body.toOpaque())
    guard status == 0 else {
      body.release()
      return nil
    }
    return thread
  }
}

/// What is left to do, and what came of the rest.
private final class Work<Result: Sendable>: Sendable {
  private struct State {
    var next = 0
    var done: [Result?]
  }

  private let state: Locked<State>

  init(count: Int) { state = Locked(State(done: Array(repeating: nil, count: count))) }

  var results: [Result] { state.withLock { $0.done.compactMap { $0 } } }

  func take() -> Int? {
    state.withLock { state in
      guard state.next < state.done.count else { return nil }
      state.next += 1
      return state.next - 1
    }
  }

  func put(_ result: Result, at index: Int) { state.withLock { $0.done[index] = result } }
}
