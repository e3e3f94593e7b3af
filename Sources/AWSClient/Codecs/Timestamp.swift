internal import AWSPrimitives
package import struct FoundationEssentials.Date

/// Times as the sources of credentials write them: ISO 8601 with a zone, or RFC 1123.
///
/// Of ISO 8601 all that botocore reads: the extended and the basic form, without seconds or minutes,
/// fractions, offsets of hours alone; with a space for the `T`, and `UTC` for the `Z` (what
/// botocore's own cache files hold). A time without a zone is refused: it could be off by half a
/// day.
package enum Timestamp {
  package static func parse(_ text: String) -> Date? {
    let text = text.trimmingBlanks
    return iso8601(text) ?? HTTPDate.parseWithZone(text)
  }

  package static func format(_ date: Date) -> String {
    date.formatted(.iso8601)
  }

  private static func iso8601(_ text: String) -> Date? {
    var rest = Substring(text)
    guard let year = number(4, &rest) else { return nil }
    let isExtended = skip("-", &rest)
    guard let month = number(2, &rest), skip("-", &rest) == isExtended,
      let day = number(2, &rest), skip("Tt ", &rest), let hour = number(2, &rest)
    else { return nil }
    var (minute, second) = (0, 0)
    let hasColons = skip(":", &rest)
    if hasColons || startsWithDigit(rest) {
      guard let minutes = number(2, &rest) else { return nil }
      minute = minutes
      if hasColons ? skip(":", &rest) : startsWithDigit(rest) {
        guard let seconds = number(2, &rest) else { return nil }
        second = seconds
        // The fraction doesn't count: nothing here is decided by less than a second.
        if skip(".,", &rest) {
          guard startsWithDigit(rest) else { return nil }
          while startsWithDigit(rest) { rest = rest.dropFirst() }
        }
      }
    }
    guard let offset = offset(rest) else { return nil }
    return date((year, month, day), (hour, minute, second), offset: offset)
  }

  /// The moment of a date and a time of the day; nil where there is no such one. `offset` counts
  /// the seconds east of Greenwich.
  static func date(
    _ day: (year: Int, month: Int, day: Int), _ time: (hour: Int, minute: Int, second: Int),
    offset: Int
  ) -> Date? {
    let isEndOfDay = time == (24, 0, 0)
    guard (1...12).contains(day.month), time.hour < 24 || isEndOfDay, time.minute < 60,
      time.second < 61
    else { return nil }
    let first = CivilDate(year: day.year, month: day.month, day: 1).daysSince1970
    let next = CivilDate(
      year: day.month == 12 ? day.year + 1 : day.year, month: day.month % 12 + 1, day: 1
    ).daysSince1970
    guard (1...(next - first)).contains(day.day) else { return nil }
    let seconds = time.hour * 3600 + time.minute * 60 + time.second - offset
    return Date(timeIntervalSince1970: Double((first + day.day - 1) * 86400 + seconds))
  }

  /// Seconds east of Greenwich, of `Z`, `UTC`, `GMT`, `+hh`, `+hhmm` or `+hh:mm`.
  static func offset(_ zone: Substring) -> Int? {
    var rest = zone
    _ = skip(" ", &rest)
    if ["Z", "z", "UTC", "GMT"].contains(rest) { return 0 }
    let sign = rest.hasPrefix("-") ? -1 : 1
    guard skip("+-", &rest), let hours = number(2, &rest), hours < 24 else { return nil }
    guard !rest.isEmpty else { return sign * hours * 3600 }
    _ = skip(":", &rest)
    guard let minutes = number(2, &rest), rest.isEmpty, minutes < 60 else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }

  private static func startsWithDigit(_ text: Substring) -> Bool {
    text.first.map { ("0"..."9").contains($0) } ?? false
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
}
