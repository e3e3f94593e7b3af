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

  /// Waits by the same clock.
  @Sendable static func sleep(_ duration: Duration) {
    let end = (bootTime() + duration).components
    var time = timespec(
      tv_sec: Int(end.seconds), tv_nsec: Int(end.attoseconds / 1_000_000_000))
    while clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &time, nil) == EINTR {}
  }
}
