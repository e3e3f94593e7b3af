internal import FoundationEssentials

/// Times as the log writes them: ISO 8601, UTC, milliseconds: `2026-11-23T05:22:28.120Z`.
enum AuditTime {
  /// Years 1 to 9999, so that the text always has 24 characters. A clock may be that wrong.
  private static let representable = -62_135_596_800.0...253_402_300_799.0

  static func rounded(_ time: Date) -> Date {
    let seconds = time.timeIntervalSince1970
    let clamped =
      seconds.isNaN
      ? 0 : min(max(seconds, representable.lowerBound), representable.upperBound)
    return Date(timeIntervalSince1970: (clamped * 1000).rounded() / 1000)
  }

  /// - Parameter time: as `rounded` gives it.
  static func text(_ time: Date) -> String {
    // In whole milliseconds: a binary fraction would be cut to the millisecond before.
    let milliseconds = Int64((time.timeIntervalSince1970 * 1000).rounded())
    let (seconds, rest) = milliseconds.floorDivided(by: 1000)
    let whole = Date(timeIntervalSince1970: Double(seconds))
    let digits = String(rest)
    return Date.ISO8601FormatStyle().format(whole).dropLast()
      + "." + String(repeating: "0", count: 3 - digits.count) + digits + "Z"
  }

  static func parse(_ text: String) throws -> Date {
    rounded(try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
  }
}

extension Int64 {
  fileprivate func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let remainder = (self % divisor + divisor) % divisor
    return ((self - remainder) / divisor, remainder)
  }
}
