/// Durations as the configuration writes them: a whole number and a unit, such as `90d`.
package enum DurationText {
  /// Ten years. Anything longer is a slip of the finger.
  static let longestInDays: Int64 = 3650

  /// `ms`, `s`, `m`, `h` or `d`. Nil: not a duration, or longer than ten years.
  package static func parse(_ text: String) -> Duration? {
    let digits = text.prefix { "0123456789".contains($0) }
    guard let number = Int64(digits), number <= longestInDays * 86_400_000 else { return nil }
    let milliseconds: Int64
    switch text[digits.endIndex...] {
    case "ms": milliseconds = 1
    case "s": milliseconds = 1000
    case "m": milliseconds = 60_000
    case "h": milliseconds = 3_600_000
    case "d": milliseconds = 86_400_000
    default: return nil
    }
    let (total, overflow) = number.multipliedReportingOverflow(by: milliseconds)
    guard !overflow, total <= longestInDays * 86_400_000 else { return nil }
    return .milliseconds(total)
  }
}
