internal import Glibc

/// A child that was started and whose end has to be met.
final class StartedProcess {
  /// An isolated one has so long between the polite signal and the other one.
  private static let politeness = Duration.seconds(2)

  let id: pid_t
  let isIsolated: Bool
  /// Nil: it runs.
  private var status: Int32?

  init(_ id: pid_t, isIsolated: Bool) {
    self.id = id
    self.isIsolated = isIsolated
  }

  func hasEnded() -> Bool {
    guard status == nil else { return true }
    var status: Int32 = 0
    guard waitpid(id, &status, WNOHANG) == id else { return false }
    self.status = status
    return true
  }

  /// Waits for its end, or makes it. Nil when it had to be made. It is always gone afterwards, and
  /// so is the group of an isolated one that had to be ended.
  func end(at deadline: ContinuousClock.Instant) -> Int32? {
    while !hasEnded() {
      if ContinuousClock.now >= deadline {
        kill()
        return nil
      }
      // It has closed its output, so it ends now: looking again soon costs next to nothing.
      usleep(1000)
    }
    guard let status else { return nil }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  private func kill() {
    if isIsolated {
      Glibc.kill(-id, SIGTERM)
      let deadline = ContinuousClock.now + Self.politeness
      // Not reaped meanwhile: as long as it isn't, its number names no other group.
      while ContinuousClock.now < deadline, Glibc.kill(-id, 0) == 0, !isZombie { usleep(5000) }
      Glibc.kill(-id, SIGKILL)
    } else {
      Glibc.kill(id, SIGKILL)
    }
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0 && errno == EINTR {}
    self.status = status
  }

  /// Whether it has ended, without reaping it.
  private var isZombie: Bool {
    var information = siginfo_t()
    let isFound = waitid(P_PID, id_t(id), &information, WEXITED | WNOHANG | WNOWAIT) == 0
    return isFound && information.si_signo == SIGCHLD
  }
}
