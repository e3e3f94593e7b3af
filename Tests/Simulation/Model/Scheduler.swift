internal import Glibc

/// Lets several hosts run at once, one step at a time, in an order that a seed decides. Each host
/// is a thread, since the program is synchronous; but only one of them ever runs.
package final class Scheduler: @unchecked Sendable {
  private final class Actor {
    let gate: UnsafeMutablePointer<sem_t>
    var wakesAt: Double
    var finished = false

    init(wakesAt: Double) {
      gate = .allocate(capacity: 1)
      sem_init(gate, 0, 0)
      self.wakesAt = wakesAt
    }

    deinit {
      sem_destroy(gate)
      gate.deallocate()
    }
  }

  private let aws: ModelAWS
  private var actors: [Actor] = []
  private var current: Actor?
  private let back: UnsafeMutablePointer<sem_t> = {
    let gate = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    sem_init(gate, 0, 0)
    return gate
  }()

  package init(aws: ModelAWS) { self.aws = aws }

  deinit {
    sem_destroy(back)
    back.deallocate()
  }

  /// Called by the running host: somebody else may go on for so long.
  func sleep(_ seconds: Double) {
    guard let actor = current else {
      aws.time += seconds
      return
    }
    actor.wakesAt = aws.time + seconds
    sem_post(back)
    wait(actor.gate)
    current = actor
  }

  /// Runs all bodies to their ends, interleaved. Starts are given in seconds from now.
  package func run(_ bodies: [(start: Double, body: () -> Void)]) {
    var threads: [pthread_t] = []
    for (start, body) in bodies {
      let actor = Actor(wakesAt: aws.time + start)
      actors.append(actor)
      threads.append(spawn(actor, body))
    }
    while let next = choose() {
      if next.wakesAt > aws.time { aws.time = next.wakesAt }
      current = next
      sem_post(next.gate)
      wait(back)
      current = nil
    }
    for thread in threads { pthread_join(thread, nil) }
    actors = []
  }

  /// Among those that are awake by now any one; else the one that wakes first.
  private func choose() -> Actor? {
    let alive = actors.filter { !$0.finished }
    let awake = alive.filter { $0.wakesAt <= aws.time }
    if !awake.isEmpty { return awake[Int(aws.random.next() % UInt64(awake.count))] }
    return alive.min { $0.wakesAt < $1.wakesAt }
  }

  private final class Start {
    let work: () -> Void
    init(_ work: @escaping () -> Void) { self.work = work }
  }

  private func spawn(_ actor: Actor, _ body: @escaping () -> Void) -> pthread_t {
    let start = Start { [self] in
      wait(actor.gate)
      current = actor
      body()
      actor.finished = true
      sem_post(back)
    }
    var thread = pthread_t()
    // Allocated: the type's initializer belongs to whichever C module was loaded first.
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    pthread_attr_init(attributes)
    pthread_attr_setstacksize(attributes, 1 << 20)
    pthread_create(
      &thread, attributes,
      { context in
        guard let context else { return nil }
        Unmanaged<Start>.fromOpaque(context).takeRetainedValue().work()
        return nil
      }, Unmanaged.passRetained(start).toOpaque())
    pthread_attr_destroy(attributes)
    attributes.deallocate()
    return thread
  }

  private func wait(_ gate: UnsafeMutablePointer<sem_t>) {
    while sem_wait(gate) != 0 {}
  }
}
