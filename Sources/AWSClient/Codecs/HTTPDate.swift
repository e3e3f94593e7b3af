package import struct FoundationEssentials.Date

/// Times in HTTP headers. `Timestamp` reads those in bodies.
package enum HTTPDate {
  /// A `Date` header: `Tue, 15 Nov 1994 08:12:31 GMT` (RFC 9110, 5.6.7, IMF-fixdate).
  package static func parse(_ text: String) -> Date? {
    // "Tue," "15" "Nov" "1994" "08:12:31" "GMT": the same in ISO 8601.
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", words[1].utf8.count == 2,
      let month = months.firstIndex(of: String(words[2]))
    else { return nil }
    let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
    return Timestamp.parse("\(words[3])-\(number)-\(words[1])T\(words[4])Z")
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
