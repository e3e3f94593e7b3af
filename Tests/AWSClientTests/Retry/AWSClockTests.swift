import AWSClient
import Foundation
import LibCrypto
import Testing

@Suite struct AWSClockTests {
  private let time = ScriptedAWS.Time(
    wall: Date(timeIntervalSince1970: 0), aws: ScriptedAWS.start)

  private var clock: AWSClock {
    let time = time
    return AWSClock(
      wall: { time.readings.withLock { $0.wall } }, bootTime: { time.readings.withLock { $0.up } })
  }

  @Test func whyThereIsNoTime() {
    let clock = clock
    #expect(clock.absence == "AWS's replies carry no `Date`")
    clock.observe(unreadable: "Wed, 99 Foo 2026\u{1B}[31m 10:00:00 GMT")
    #expect(
      clock.absence
        == "AWS's replies carry the `Date` \"Wed, 99 Foo 2026 [31m 10:00:00 GMT\", which is not a time"
    )
    #expect(!clock.isAnchored)
  }

  @Test func theHostsClockCountsOnlyBeforeTheFirstReply() {
    let clock = clock
    #expect(!clock.isAnchored)
    #expect(clock.now() == Date(timeIntervalSince1970: 0))
    clock.observe(ScriptedAWS.start, sentAt: clock.uptime())
    #expect(clock.isAnchored)
    #expect(clock.now() == ScriptedAWS.start)
    // Somebody sets the host's clock: nothing changes. Time passes, suspension included: it counts.
    time.readings.withLock { $0.wall = .distantFuture }
    #expect(clock.now() == ScriptedAWS.start)
    time.pass(.seconds(86_400))
    #expect(clock.now() == ScriptedAWS.start.addingTimeInterval(86_400))
  }

  @Test(arguments: [
    // How far AWS's Date is from this clock, how long the call took, and whether the clock follows.
    (0.0, 0, false), (0.1, 0, true), (1.9, 0, true), (-2.9, 0, false), (2.1, 0, true),
    (-3.1, 0, true),
    (-12.0, 10, false), (-13.5, 10, true), (5.0, 10, true), (600.0, 0, true), (-86_400.0, 0, true),
  ])
  func itFollowsOnlyARealDifference(offset: Double, took: Int, follows: Bool) {
    let clock = clock
    clock.observe(ScriptedAWS.start, sentAt: clock.uptime())
    let sentAt = clock.uptime()
    time.pass(.seconds(took))
    let before = clock.now()
    let date = before.addingTimeInterval(offset)
    clock.observe(date, sentAt: sentAt)
    #expect(clock.now() == (follows ? date : before))
  }
}
