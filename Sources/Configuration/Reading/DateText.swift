internal import AWSClient
package import struct FoundationEssentials.Date

/// A moment as a person types it: `2027-03-01` (its first moment, in UTC), `2027-03-01T08:00Z` as the
/// reports write it, or any time of ISO 8601 with a zone.
package enum DateText {
  package static func parse(_ text: String) -> Date? {
    Timestamp.parse(text.utf8.count == 10 ? text + "T00:00:00Z" : text)
  }
}
