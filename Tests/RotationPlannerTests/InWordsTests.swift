import RotationPlanner
import Testing

import struct FoundationEssentials.Date

@Suite("Dates and durations in words")
struct InWordsTests {
  @Test(
    arguments: [
      (0.0, "1970-01-01 00:00Z"),
      (59.9, "1970-01-01 00:00Z"),
      (60, "1970-01-01 00:01Z"),
      (-0.5, "1969-12-31 23:59Z"),
      (-60, "1969-12-31 23:59Z"),
      (951_782_340, "2000-02-28 23:59Z"),
      (951_782_400, "2000-02-29 00:00Z"),  // a leap year, though divisible by 100
      (951_868_800, "2000-03-01 00:00Z"),
      (1_709_164_800, "2024-02-29 00:00Z"),
      (1_735_689_599, "2024-12-31 23:59Z"),
      (4_107_542_400, "2100-03-01 00:00Z"),  // no leap year
      (4_107_542_399, "2100-02-28 23:59Z"),
      (-2_203_891_200, "1900-03-01 00:00Z"),
      (1_800_000_000, "2027-01-15 08:00Z"),
      (253_402_300_799, "9999-12-31 23:59Z"),
      (253_402_300_800, "10000-01-01 00:00Z"),
      (-62_135_596_800, "1-01-01 00:00Z"),
      (-62_135_596_801, "0-12-31 23:59Z"),
      (-62_167_219_200, "0-01-01 00:00Z"),
      (-62_167_219_201, "-1-12-31 23:59Z"),
    ] as [(Double, String)])
  func aDateInWords(_ seconds: Double, _ words: String) {
    #expect(Date(timeIntervalSince1970: seconds).inWords == words)
  }

  /// Every day of four centuries, against a calendar that counts on its fingers.
  @Test func everyDayFollowsTheDayBefore() {
    var (year, month, day) = (1970, 1, 1)
    for days in 0..<146_097 {
      let words = Date(timeIntervalSince1970: Double(days) * 86400).inWords
      let padded = [month, day].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: "-")
      guard words == "\(year)-\(padded) 00:00Z" else {
        Issue.record("day \(days) is \(words), not \(year)-\(padded)")
        return
      }
      let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      day += 1
      if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
  }

  @Test(
    arguments: [
      (.zero, "0 s"), (.seconds(-5), "0 s"), (.milliseconds(-1), "0 s"),
      (.milliseconds(999), "0 s"), (.seconds(1), "1 s"), (.seconds(59), "59 s"),
      (.seconds(60), "1 min"), (.seconds(90), "1 min 30 s"), (.seconds(3599), "59 min 59 s"),
      (.hours(1), "1 h"), (.hours(23) + .minutes(10), "23 h 10 min"), (.days(1), "24 h"),
      (.days(2) - .seconds(1), "47 h 59 min"), (.days(2), "2 days"),
      (.days(90) + .hours(23), "90 days"),
    ] as [(Duration, String)])
  func aDurationInWords(_ duration: Duration, _ words: String) {
    #expect(duration.inWords == words)
  }

  @Test func aPeriodIsOverOneSecondLater() {
    let start = Date(timeIntervalSince1970: 100)
    #expect(start.over(.zero) == Date(timeIntervalSince1970: 101))
    #expect(start.over(.hours(24)) == Date(timeIntervalSince1970: 86501))
  }

  @Test func datesDifferByDurations() {
    let (early, late) = (Date(timeIntervalSince1970: 100), Date(timeIntervalSince1970: 100.25))
    #expect(late - early == .milliseconds(250))
    #expect(early - late == .milliseconds(-250))
    #expect(early + .milliseconds(250) == late)
  }
}
