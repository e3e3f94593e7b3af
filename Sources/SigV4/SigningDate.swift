internal import AWSPrimitives

/// The time of a signature, in UTC and whole seconds.
///
/// It is always a parameter: this library reads no clock. AWS refuses a signature whose date is
/// more than 5 minutes (some services: 15) off its own clock.
public struct SigningDate: Sendable, Equatable {
  /// Whole seconds since 1970-01-01T00:00:00Z.
  public let secondsSinceEpoch: Int64

  /// The time as the `X-Amz-Date` header carries it, in ISO 8601 basic format: `20150830T123600Z`.
  public let timestamp: String

  /// The length of a timestamp, in bytes.
  static let timestampCount = 16

  /// The time so many seconds after 1970-01-01T00:00:00Z, as `Date.timeIntervalSince1970` has it.
  ///
  /// Fractions are dropped. What lies outside of the years 1970 to 9999 becomes the nearest end,
  /// and what is no number becomes 1970: AWS answers such a signature with `RequestExpired`, which
  /// names the cause better than a crash.
  public init(secondsSinceEpoch seconds: Double) {
    let last: Int64 = 253_402_300_799  // 9999-12-31T23:59:59Z
    let whole = seconds > 0 ? (seconds < Double(last) ? Int64(seconds) : last) : 0
    secondsSinceEpoch = whole
    timestamp = Self.format(whole)
  }

  /// The day as the credential scope carries it: `20150830`.
  public var day: String {
    String(unsafeUninitializedCapacity: 8) { day in
      let timestamp = timestamp.utf8.span
      for index in 0..<8 { day[index] = timestamp[index] }
      return 8
    }
  }

  private static func format(_ seconds: Int64) -> String {
    let (days, second) = (Int(seconds / 86_400), Int(seconds % 86_400))
    let date = CivilDate(daysSince1970: days)
    return String(unsafeUninitializedCapacity: timestampCount) { text in
      writeTwoDigits(date.year / 100, to: text, at: 0)
      writeTwoDigits(date.year % 100, to: text, at: 2)
      writeTwoDigits(date.month, to: text, at: 4)
      writeTwoDigits(date.day, to: text, at: 6)
      text[8] = UInt8(ascii: "T")
      writeTwoDigits(second / 3_600, to: text, at: 9)
      writeTwoDigits(second / 60 % 60, to: text, at: 11)
      writeTwoDigits(second % 60, to: text, at: 13)
      text[15] = UInt8(ascii: "Z")
      return timestampCount
    }
  }

  private static func writeTwoDigits(
    _ value: Int, to text: UnsafeMutableBufferPointer<UInt8>, at index: Int
  ) {
    text[index] = UInt8(ascii: "0") + UInt8(value / 10)
    text[index + 1] = UInt8(ascii: "0") + UInt8(value % 10)
  }
}
