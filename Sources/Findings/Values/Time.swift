internal import AWSPrimitives
package import struct FoundationEssentials.Date

extension Duration {
  package static func hours(_ hours: Int) -> Duration { .seconds(hours * 3600) }
  package static func days(_ days: Int) -> Duration { .seconds(days * 86400) }

  /// In seconds, with fractions down to a nanosecond.
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds / 1_000_000_000) / 1e9
  }

  /// Two units at most, for people: `90 days`, `23 h 10 min`, `45 s`.
  package var inWords: String {
    let seconds = Int(inSeconds.rounded(.down))
    func two(_ first: String, _ rest: Int, _ unit: String) -> String {
      rest == 0 ? first : "\(first) \(rest) \(unit)"
    }
    switch seconds {
    case ..<0: return "0 s"
    case ..<60: return "\(seconds) s"
    case ..<3600: return two("\(seconds / 60) min", seconds % 60, "s")
    case ..<(2 * 86400): return two("\(seconds / 3600) h", seconds % 3600 / 60, "min")
    default: return "\(seconds / 86400) days"
    }
  }
}

extension Date {
  package static func + (date: Date, duration: Duration) -> Date {
    date.addingTimeInterval(duration.inSeconds)
  }

  package static func - (later: Date, earlier: Date) -> Duration {
    .milliseconds(
      Int64(((later.timeIntervalSince1970 - earlier.timeIntervalSince1970) * 1000).rounded()))
  }

  /// Without fractions, as the record holds times.
  package var wholeSeconds: Date {
    Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down))
  }

  /// The first moment at which `period` is certainly over. AWS gives times in whole seconds, so
  /// the true start may be up to a second later than `self`.
  package func over(_ period: Duration) -> Date { self + period + .seconds(1) }
}

extension Date {
  /// In UTC, to the minute: `2026-01-01 10:00Z`.
  package var inWords: String {
    let seconds = Int(timeIntervalSince1970.rounded(.down))
    let secondOfDay = (seconds % 86400 + 86400) % 86400
    let minute = secondOfDay / 60
    let date = CivilDate(daysSince1970: (seconds - secondOfDay) / 86400)
    func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(date.year)-\(padded(date.month))-\(padded(date.day)) "
      + "\(padded(minute / 60)):\(padded(minute % 60))Z"
  }
}
