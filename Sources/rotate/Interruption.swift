internal import Glibc
internal import LibCrypto

/// What a signal that asks the program to end does to a run that changes things.
///
/// The first one has it end soon: no user is begun any more, no step, and what is under way gets some
/// seconds to come to its end. A second one, or the end of those seconds, ends it at once. Nothing is
/// lost then either: that is a crash like any other.
///
/// The signals are blocked, and a thread of its own waits for them. So no code runs in a handler, and
/// a call that hangs keeps nobody from being heard.
final class Interruption: Sendable {
  static let shared = Interruption()
  /// Less than systemd's and Kubernetes' patience, and more than a call takes that is answered.
  static let grace = Duration.seconds(10)
  private static let signals = [SIGTERM: "SIGTERM", SIGINT: "SIGINT", SIGHUP: "SIGHUP"]

  private struct State {
    var isWatching = false
    var signal: Int32?
    var hasBegun = false
    /// Who is being worked on.
    var users: [String] = []
    /// Who was, when the signal came.
    var interrupted: [String] = []
  }

  private let state = Locked(State())

  var isAsked: Bool { state.withLock { $0.signal != nil } }

  /// From here on the signals mean what this type says. Before, they end the program.
  func watch() {
    guard state.withLock({ $0.isWatching.exchange(with: true) }) == false else { return }
    var set = sigset_t()
    sigemptyset(&set)
    // What whoever started the program had ignored, as nohup does, stays so.
    for signal in Self.signals.keys where !Self.isIgnored(signal) { sigaddset(&set, signal) }
    // Threads inherit it, children of this program don't.
    pthread_sigmask(SIG_BLOCK, &set, nil)
    if !WorkerThreads.detach({ [set] in self.wait(set) }) {
      pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
  }

  /// Whether work on a user may begin.
  func begin(_ user: String) -> Bool {
    state.withLock { state in
      guard state.signal == nil else { return false }
      state.hasBegun = true
      state.users.append(user)
      return true
    }
  }

  func end(_ user: String) {
    state.withLock { $0.users.removeAll { $0 == user } }
  }

  /// The signal's name and the users who were being worked on when it came; nil where none has.
  var told: (signal: String, users: [String])? {
    state.withLock { state in
      state.signal.map { (Self.signals[$0] ?? "signal \($0)", state.interrupted) }
    }
  }

  // MARK: - The thread that waits

  private func wait(_ set: sigset_t) {
    var set = set
    var signal: Int32 = 0
    guard sigwait(&set, &signal) == 0 else { return }
    let name = Self.signals[signal] ?? "signal \(signal)"
    let (hasBegun, users) = state.withLock { [signal] state in
      state.signal = signal
      state.interrupted = state.users
      return (state.hasBegun, state.users)
    }
    guard hasBegun else {
      Console.error("rotate: \(name): the run ends before it began with any user [interrupted]")
      _exit(1)
    }
    let work =
      users.isEmpty
      ? "the work on all users has ended"
      : "\(Self.list(users)) being worked on; what is begun there comes to its end"
    Console.error(
      "rotate: \(name): the run ends within \(Self.grace.components.seconds) s: \(work), and the "
        + "next run goes on from there; a second signal ends it at once [interrupted]")
    if let second = Self.next(set, within: Self.grace) { Self.die(by: second) }
    let left = state.withLock { $0.users }
    Console.error(
      "rotate: \(name): the run ends without an answer"
        + (left.isEmpty ? "" : ": \(Self.list(left)) still being worked on")
        + "; nothing is lost, the next run goes on from there [interrupted]")
    _exit(1)
  }

  private static func list(_ users: [String]) -> String {
    let shown = users.prefix(10).joined(separator: ", ")
    return shown + (users.count > 10 ? " and others" : "") + (users.count == 1 ? " is" : " are")
  }

  private static func next(_ set: sigset_t, within grace: Duration) -> Int32? {
    var set = set
    let end = ContinuousClock.now + grace
    while true {
      let rest = max(.zero, end - ContinuousClock.now).components
      var time = timespec(
        tv_sec: Int(rest.seconds), tv_nsec: Int(rest.attoseconds / 1_000_000_000))
      let signal = sigtimedwait(&set, nil, &time)
      if signal > 0 { return signal }
      if errno != EINTR { return nil }
    }
  }

  /// As if nobody had waited for it, so that whoever started the program sees which it was.
  private static func die(by signal: Int32) -> Never {
    Glibc.signal(signal, SIG_DFL)
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, signal)
    kill(getpid(), signal)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    _exit(128 + signal)
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

extension Bool {
  /// Sets a new value and gives the old one.
  fileprivate mutating func exchange(with new: Bool) -> Bool {
    defer { self = new }
    return self
  }
}
