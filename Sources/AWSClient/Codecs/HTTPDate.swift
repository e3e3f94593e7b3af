package import struct FoundationEssentials.Date

/// Times in HTTP headers. `Timestamp` reads those in bodies.
package enum HTTPDate {
  /// A `Date` header, in each of the three forms that a recipient must accept (RFC 9110, 5.6.7):
  /// `Sun, 06 Nov 1994 08:49:37 GMT`, RFC 850's `Sunday, 06-Nov-94 08:49:37 GMT` and asctime's
  /// `Sun Nov  6 08:49:37 1994`. An offset, as in mail (`+0000`), may stand for the `GMT`.
  ///
  /// A year of two digits lies within 50 years of `now`, so any clock will do.
  package static func parse(_ text: String, now: Date) -> Date? {
    guard let fields = Fields(text) else { return nil }
    var year = fields.year
    if fields.yearDigits == 2 {
      let thisYear = 1970 + Int((now.timeIntervalSince1970 / 31_556_952).rounded(.down))
      year += (thisYear - thisYear % 100)
      if year > thisYear + 50 { year -= 100 } else if year <= thisYear - 50 { year += 100 }
    }
    return date(fields, year: year)
  }

  /// A time of RFC 1123 outside of a header: with its zone and the whole year.
  static func parseWithZone(_ text: String) -> Date? {
    guard let fields = Fields(text), fields.hasZone, fields.yearDigits == 4 else { return nil }
    return date(fields, year: fields.year)
  }

  private static func date(_ fields: Fields, year: Int) -> Date? {
    Timestamp.date((year, fields.month, fields.day), fields.time, offset: fields.offset)
  }

  private struct Fields {
    var day: Int
    var month: Int
    var year: Int
    var yearDigits: Int
    var time: (hour: Int, minute: Int, second: Int)
    /// In seconds east of Greenwich.
    var offset: Int
    var hasZone: Bool

    init?(_ text: String) {
      // The longest of the three has 40 characters.
      guard text.utf8.count <= 64 else { return nil }
      var words = text.split { " ,".contains($0) }.flatMap { word in
        // RFC 850's date, and no offset.
        word.first.map { ("0"..."9").contains($0) } ?? false ? word.split(separator: "-") : [word]
      }
      if let first = words.first, HTTPDate.isDayOfWeek(first) { words.removeFirst() }
      // asctime: the month first, the year last, no zone.
      if words.count == 4, HTTPDate.month(words[0]) != nil {
        words = [words[1], words[0], words[3], words[2]]
      }
      guard words.count == 4 || words.count == 5, let day = HTTPDate.number(words[0], 1...2),
        let month = HTTPDate.month(words[1]), let year = HTTPDate.number(words[2], 2...4),
        words[2].utf8.count != 3, let time = HTTPDate.time(words[3])
      else { return nil }
      (self.day, self.month, self.year, self.time) = (day, month, year, time)
      yearDigits = words[2].utf8.count
      hasZone = words.count == 5
      guard let offset = hasZone ? Timestamp.offset(words[4]) : 0 else { return nil }
      self.offset = offset
    }
  }

  private static func time(_ text: Substring) -> (hour: Int, minute: Int, second: Int)? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      .map { number($0, 2...2) }
    guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1] else {
      return nil
    }
    guard parts.count == 3 else { return (hour, minute, 0) }
    return parts[2].map { (hour, minute, $0) }
  }

  private static func number(_ text: Substring, _ digits: ClosedRange<Int>) -> Int? {
    guard digits.contains(text.utf8.count), text.allSatisfy({ ("0"..."9").contains($0) }) else {
      return nil
    }
    return Int(text)
  }

  private static func month(_ text: Substring) -> Int? {
    months.firstIndex(of: text.lowercased()).map { $0 + 1 }
  }

  private static func isDayOfWeek(_ text: Substring) -> Bool {
    let word = text.lowercased()
    return daysOfWeek.contains { word == $0 || word == $0.prefix(3) }
  }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let daysOfWeek = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]
}
