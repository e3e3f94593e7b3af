internal import RotationPlanner
internal import FoundationEssentials

/// Text from outside as HTML, in an element's content or between an attribute's double quotes.
enum HTMLText {
  static func escaped(_ text: String) -> String {
    PrintableText.clean(text, substitute: "\u{FFFD}").reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
  }

  /// A sentence, whose names between backticks become code.
  static func sentence(_ text: String) -> String {
    PrintableText.parts(text).map { part in
      part.isCode ? "<code>\(escaped(part.text))</code>" : escaped(part.text)
    }.joined()
  }

  static func time(_ date: Date) -> String {
    // On a narrow screen the hour may stand below the day, but no day is broken.
    let words = date.inWords.split(separator: " ").map(String.init)
    return "<time datetime=\"\(date.inISO8601)\"><span class=\"day\">\(words[0])</span> "
      + "\(words.dropFirst().joined(separator: " "))</time>"
  }

  /// `in 80 days`, `3 days ago`, `now`.
  static func distance(_ date: Date, from now: Date) -> String {
    let seconds = (date - now).inSeconds
    if abs(seconds) < 1 { return "now" }
    let words = Duration.seconds(abs(seconds)).inWords
    return seconds > 0 ? "in \(words)" : "\(words) ago"
  }

  /// With two digits behind the point.
  static func percent(_ share: Double) -> String {
    let hundredths = Int((share * 10_000).rounded())
    let (whole, rest) = (hundredths / 100, hundredths % 100)
    return rest == 0 ? "\(whole)%" : "\(whole).\(rest < 10 ? "0" : "")\(rest)%"
  }
}

extension Date {
  /// To the second: `2026-01-01T10:00:00Z`.
  fileprivate var inISO8601: String { ISO8601Format() }
}
