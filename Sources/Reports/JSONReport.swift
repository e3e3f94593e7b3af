internal import FoundationEssentials

/// The report as JSON, its keys sorted: equal reports are equal bytes.
package enum JSONReport {
  package static func text(_ report: Report) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    // Nothing in a report can fail to encode: strings, integers and dates only.
    let data = (try? encoder.encode(report)) ?? Data()
    return JSONText.escaped(data) + "\n"
  }
}
