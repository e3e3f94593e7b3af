import AWSPrimitives
import Foundation
import Testing

/// Foundation's calendar is the judge.
@Suite struct CivilDateTests {
  @Test func everyDayOfTwelveCenturies() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    var date = CivilDate(year: 1600, month: 1, day: 1)
    for days in date.daysSince1970..<CivilDate(year: 2800, month: 1, day: 1).daysSince1970 {
      // One `#expect` a day would take minutes.
      guard CivilDate(daysSince1970: days) == date, date.daysSince1970 == days else {
        Issue.record("day \(days), \(date)")
        return
      }
      date = Self.next(date)
    }
    for days in stride(from: -100_000, to: 400_000, by: 997) {
      let parts = calendar.dateComponents(
        [.year, .month, .day], from: Date(timeIntervalSince1970: Double(days) * 86_400))
      let found = CivilDate(daysSince1970: days)
      #expect(found.year == parts.year && found.month == parts.month && found.day == parts.day)
    }
  }

  private static func next(_ date: CivilDate) -> CivilDate {
    let isLeap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var next = date
    next.day += 1
    if next.day > lengths[next.month - 1] { (next.month, next.day) = (next.month + 1, 1) }
    if next.month > 12 { (next.year, next.month) = (next.year + 1, 1) }
    return next
  }
}
