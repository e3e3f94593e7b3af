/// One of the 30 seconds' steps that time is counted in (RFC 6238, section 4): in each, a device
/// shows one code.
package struct TOTPStep: Sendable, Hashable, Comparable {
  /// In seconds.
  package static let length = 30.0
  /// AWS gives its time in whole seconds: near a step's edges it isn't certain which one it is.
  private static let edge = 1.5

  package var number: Int

  package init(number: Int) { self.number = number }

  /// The step that a moment, in seconds since 1970, lies in.
  package init(at seconds: Double) {
    number = Int((min(max(0, seconds), 1e15) / Self.length).rounded(.down))
  }

  /// In seconds since 1970.
  package var begin: Double { Double(number) * Self.length }

  package static func < (left: Self, right: Self) -> Bool { left.number < right.number }

  /// The first step whose code may be sent, and how many seconds to wait for its moment: later
  /// than `used`, and not at the very edge of a step.
  package static func next(
    at now: Double, after used: TOTPStep?
  ) -> (step: TOTPStep, wait: Double) {
    let current = TOTPStep(at: now)
    let isOver = now > current.begin + length - edge
    var step = TOTPStep(number: current.number + (isOver ? 1 : 0))
    // A record may claim a step that hasn't come yet. The next one alone is believed.
    if let used, used >= step, used.number <= current.number + 1 {
      step.number = used.number + 1
    }
    return (step, max(0, step.begin + edge - now))
  }
}
