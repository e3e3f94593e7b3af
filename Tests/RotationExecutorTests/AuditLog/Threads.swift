import Glibc

/// Threads that run one body each, joined by `join`.
final class Threads {
  private final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private var threads: [pthread_t] = []

  init(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    for number in 0..<count {
      var thread = pthread_t()
      let box = Unmanaged.passRetained(Box { body(number) })
      let status = pthread_create(
        &thread, nil,
        { argument in
          if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
          return nil
        }, box.toOpaque())
      precondition(status == 0, "a thread could not be started")
      threads.append(thread)
    }
  }

  func join() {
    for thread in threads { pthread_join(thread, nil) }
  }
}
