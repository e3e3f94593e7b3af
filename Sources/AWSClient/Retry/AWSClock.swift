internal import LibCrypto
package import struct FoundationEssentials.Date

/// AWS's own time: the `Date` of its replies, plus the time since, on a clock that counts
/// suspension. The host's clock counts only before the first reply, so a host whose clock is wrong
/// by a year does nothing early. Shared by all threads of a run.
package final class AWSClock: Sendable {
  private struct Anchor {
    var date: Date
    var at: Duration
  }

  private let wall: @Sendable () -> Date
  private let bootTime: @Sendable () -> Duration
  private let anchor = Locked<Anchor?>(nil)
  private let unreadable = Locked<String?>(nil)

  /// A `Date` has whole seconds, so a difference below this is none. In seconds.
  private static let tolerance: Double = 2

  /// `bootTime` is CLOCK_BOOTTIME: it goes on while the machine is suspended and is never set.
  package init(
    wall: @escaping @Sendable () -> Date, bootTime: @escaping @Sendable () -> Duration
  ) {
    self.wall = wall
    self.bootTime = bootTime
  }

  /// Whether AWS has said what time it is.
  package var isAnchored: Bool { anchor.value != nil }

  /// AWS's time, or the host's before any reply.
  package func now() -> Date {
    anchor.value.map { Self.date($0, bootTime()) } ?? wall()
  }

  /// How far the host's clock is ahead of AWS's, in seconds; nil before any reply.
  package func hostOffset() -> Double? {
    isAnchored ? wall().timeIntervalSince(now()) : nil
  }

  /// The time since some moment, for waiting and measuring.
  package func uptime() -> Duration { bootTime() }

  /// Takes note of a reply's `Date`.
  ///
  /// It was written at some moment between `sentAt` and now, both by `uptime()`. So AWS's time is
  /// at least `date` and at most `date` plus a second plus the time that the call took; only when
  /// this clock lies outside of that does it follow.
  package func observe(_ date: Date, sentAt: Duration) {
    let at = bootTime()
    let took = Double((at - sentAt).milliseconds) / 1_000
    anchor.withLock { anchor in
      if let known = anchor {
        let difference = Self.date(known, at).timeIntervalSince(date)
        // Never behind what AWS itself says, so that it is a second behind the truth at most.
        let isPlausible = (0...1 + took + Self.tolerance).contains(difference)
        if isPlausible { return }
      }
      anchor = Anchor(date: date, at: at)
    }
  }

  /// Takes note of a reply whose `Date` can't be read, for whoever misses the time.
  package func observe(unreadable text: String) {
    unreadable.withLock { $0 = Redaction.time(text) }
  }

  /// Why there is no time, in words.
  package var absence: String {
    unreadable.value.map { "AWS's replies carry the `Date` \"\($0)\", which is not a time" }
      ?? "AWS's replies carry no `Date`"
  }

  private static func date(_ anchor: Anchor, _ at: Duration) -> Date {
    anchor.date.addingTimeInterval(Double((at - anchor.at).milliseconds) / 1_000)
  }
}
