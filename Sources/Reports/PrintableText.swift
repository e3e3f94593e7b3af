/// What came from outside, in a form that only says what it says.
package enum PrintableText {
  /// Messages may repeat what a server said. Control sequences could drive a terminal, invisible
  /// letters and marks that turn the direction of writing could show another text than the one
  /// that is there, and a line break could begin a line of its own.
  package static func clean(_ text: String, substitute: Unicode.Scalar = "?") -> String {
    guard text.unicodeScalars.contains(where: isUnprintable) else { return text }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n", "\r", "\t", "\u{2028}", "\u{2029}": scalars.append(" ")
      default: scalars.append(isUnprintable(scalar) ? substitute : scalar)
      }
    }
    return String(scalars)
  }

  static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate,
      .unassigned:
      return true
    default: return false
    }
  }

  /// The parts of a sentence: names of parameters and the like stand between backticks. An odd one
  /// is nobody's sign, and stays a letter.
  static func parts(_ text: String) -> [(text: String, isCode: Bool)] {
    let pieces = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    guard pieces.count % 2 == 1 else {
      return [(text, false)]
    }
    return pieces.enumerated().map { ($0.element, $0.offset % 2 == 1) }.filter { !$0.0.isEmpty }
  }
}
