package import struct FoundationEssentials.Date

/// Times as the sources of credentials write them: ISO 8601 with a zone.
///
/// Accepted beyond RFC 3339: a space for the `T`, `UTC` for the `Z` (what botocore's own cache
/// files hold), and offsets without a colon. A time without a zone is refused: it could be off by
/// half a day.
package enum Timestamp {
  package static func parse(_ text: String) -> Date? {
    var rest = Substring(text)
    guard let year = number(4, &rest), skip("-", &rest), let month = number(2, &rest),
      skip("-", &rest), let day = number(2, &rest), skip("Tt ", &rest),
      let hour = number(2, &rest), skip(":", &rest), let minute = number(2, &rest),
      skip(":", &rest), let second = number(2, &rest),
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
    else { return nil }
    // The fraction doesn't count: nothing here is decided by less than a second.
    if skip(".,", &rest) { rest = rest.drop(while: \.isNumber) }
    guard let offset = offset(rest) else { return nil }
    let time = hour * 3600 + minute * 60 + second - offset
    return Date(timeIntervalSince1970: Double(dayNumber(year, month, day) * 86400 + time))
  }

  package static func format(_ date: Date) -> String {
    date.formatted(.iso8601)
  }

  /// Seconds east of Greenwich, of `Z`, `UTC`, `+hh:mm` or `+hhmm`.
  private static func offset(_ zone: Substring) -> Int? {
    if ["Z", "z", "UTC", " UTC"].contains(zone) { return 0 }
    var rest = zone
    let sign = rest.hasPrefix("-") ? -1 : 1
    guard skip("+-", &rest), let hours = number(2, &rest) else { return nil }
    _ = skip(":", &rest)
    guard let minutes = number(2, &rest), rest.isEmpty else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }

  private static func number(_ digits: Int, _ rest: inout Substring) -> Int? {
    let text = rest.prefix(digits)
    guard text.count == digits, text.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
    rest = rest.dropFirst(digits)
    return Int(text)
  }

  private static func skip(_ anyOf: String, _ rest: inout Substring) -> Bool {
    guard let first = rest.first, anyOf.contains(first) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// Days since 1970-01-01 in the Gregorian calendar.
  private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // Years that start in March, so that the leap day comes last.
    let year = month > 2 ? year : year - 1
    let monthFromMarch = (month + 9) % 12
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
  }
}
