internal import Glibc

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
private final class Work<Result: Sendable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var next = 0
  private var done: [Result?]

  init(count: Int) {
    done = Array(repeating: nil, count: count)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  var results: [Result] { done.compactMap { $0 } }

  func take() -> Int? {
    locked {
      guard next < done.count else { return nil }
      next += 1
      return next - 1
    }
  }

  func put(_ result: Result, at index: Int) { locked { done[index] = result } }

  private func locked<Value>(_ body: () -> Value) -> Value {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }
}
