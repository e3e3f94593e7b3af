internal import AWSClient
internal import Glibc
internal import struct FoundationEssentials.Date

/// The host's clocks.
enum SystemClock {
  /// AWS's time, which counts from its replies on.
  static func awsClock() -> AWSClock { AWSClock(wall: { Date() }, bootTime: bootTime) }

  /// Since the host's start. It counts suspension, and nobody sets it.
  @Sendable static func bootTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// No wait goes on for longer once the run is to end.
  private static let lastWait = Duration.milliseconds(250)

  /// Waits by the same clock. A run that is to end soon waits only for a moment.
  @Sendable static func sleep(_ duration: Duration) {
    var (start, end) = (bootTime(), bootTime() + duration)
    while start < end {
      let slice = min(end, start + lastWait)
      let until = slice.components
      var time = timespec(
        tv_sec: Int(until.seconds), tv_nsec: Int(until.attoseconds / 1_000_000_000))
      while clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &time, nil) == EINTR {}
      if Interruption.shared.isAsked { end = slice }
      start = bootTime()
    }
  }
}
