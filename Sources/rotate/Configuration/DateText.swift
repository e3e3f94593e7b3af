internal import AWSClient
package import struct FoundationEssentials.Date
internal import RotationPlanner

/// A moment as a person types it: `2027-03-01` (its first moment, in UTC), `2027-03-01T08:00Z` as the
/// reports write it, or any time of ISO 8601 with a zone.
package enum DateText {
  package static func parse(_ text: String) -> Date? {
    var full = text
    if text.utf8.count == 10 { full += "T00:00:00Z" }
    if text.utf8.count == 17, text.hasSuffix("Z") { full = text.dropLast() + ":00Z" }
    guard let date = Timestamp.parse(full) else { return nil }
    // There is no 30th of February; the calendar would make it the 2nd of March.
    return !full.hasSuffix("Z") || date.inWords.prefix(10) == text.prefix(10) ? date : nil
  }
}
