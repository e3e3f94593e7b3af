internal import Glibc

/// The time since the host's start. It counts suspension, and nobody sets it (CLOCK_BOOTTIME).
package enum BootClock {
  @Sendable package static func now() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// How long a wait goes on at most once it is to end.
  private static let lastWait = Duration.milliseconds(250)

  /// Waits by this clock, for a moment only once `isToEnd` says so.
  package static func sleep(_ duration: Duration, isToEnd: () -> Bool) {
    var (start, end) = (now(), now() + duration)
    while start < end {
      let slice = min(end, start + lastWait)
      let until = slice.components
      var time = timespec(
        tv_sec: Int(until.seconds), tv_nsec: Int(until.attoseconds / 1_000_000_000))
      while clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &time, nil) == EINTR {}
      if isToEnd() { end = slice }
      start = now()
    }
  }
}
