import AWSClient
import RotationPlanner

import struct FoundationEssentials.Date

/// Times in headers and bodies.
enum Times {
  private static let now = Date(timeIntervalSince1970: 1_800_000_000)

  static func read(_ input: [UInt8]) throws(BrokenPromise) {
    let text = String(decoding: input, as: UTF8.self)
    if let date = HTTPDate.parse(text, now: now) { try judge(date) }
    guard let date = Timestamp.parse(text) else { return }
    try judge(date)
    // Older ones are written by the Julian calendar.
    guard (-11_000_000_000...253_402_300_799).contains(date.timeIntervalSince1970) else { return }
    let written = Timestamp.format(date)
    try BrokenPromise.unless(
      Timestamp.parse(written) == date, "\(date.timeIntervalSince1970) is written as \(written)")
  }

  /// Whatever the planner does with a time must be possible with this one.
  static func judge(_ date: Date) throws(BrokenPromise) {
    try BrokenPromise.unless(
      abs(date.timeIntervalSince1970) < 1e12, "\(date.timeIntervalSince1970) s is no time")
    _ = (date - now).inWords
    _ = (now - date).inWords
    _ = date.over(.days(3650))
  }
}
