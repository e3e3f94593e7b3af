internal import AWSClient
internal import Host
internal import struct FoundationEssentials.Date

/// The run's clocks.
enum SystemClock {
  /// AWS's time, which counts from its replies on.
  static func awsClock() -> AWSClock { AWSClock(wall: { Date() }, bootTime: BootClock.now) }

  /// A run that is to end soon waits only for a moment.
  @Sendable static func sleep(_ duration: Duration) {
    BootClock.sleep(duration) { Interruption.shared.isAsked }
  }
}
