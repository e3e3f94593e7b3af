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
    let (year, month, day) = Self.civil(daysSince1970: (seconds - secondOfDay) / 86400)
    func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(year)-\(padded(month))-\(padded(day)) \(padded(minute / 60)):\(padded(minute % 60))Z"
  }

  /// Days to a date of the Gregorian calendar, after Howard Hinnant, "chrono-Compatible Low-Level
  /// Date Algorithms", `civil_from_days`.
  private static func civil(daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
    let days = daysSince1970 + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    )
  }
}
