internal import CLinux
internal import Glibc

/// How text is laid out for where it goes.
package struct TextStyle: Sendable, Equatable {
  package enum Colour: String, Sendable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  /// Columns; nil: lines may be as long as they like (a pipe, a file), so that `grep` finds a row
  /// whole.
  package var width: Int?
  package var usesColour: Bool

  package static let plain = TextStyle(width: nil, usesColour: false)

  package init(width: Int?, usesColour: Bool) {
    self.width = width
    self.usesColour = usesColour
  }

  /// For a file descriptor: colour and width on a terminal only. `NO_COLOR` (https://no-color.org)
  /// and `TERM=dumb` switch colour off.
  package init(descriptor: Int32, environment: [String: String]) {
    guard isatty(descriptor) == 1 else {
      self = .plain
      return
    }
    let columns = Int(rotate_terminal_columns(descriptor))
    width = columns > 0 ? max(columns, 40) : 100
    usesColour =
      (environment["NO_COLOR"] ?? "").isEmpty && (environment["TERM"] ?? "dumb") != "dumb"
  }

  /// Messages may repeat what a server said: no control sequence of its may reach a terminal.
  private static func printable(_ text: String) -> String {
    let isControl = { (scalar: Unicode.Scalar) in
      scalar.properties.generalCategory == .control && scalar != "\n"
    }
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "?" : $0 }))
  }

  package func paint(_ text: String, _ colour: Colour?) -> String {
    let text = Self.printable(text)
    guard usesColour, let colour, !text.isEmpty else { return text }
    return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
  }

  /// The lines of a text whose first begins in column `first` (from 0) and whose others are
  /// indented by `indent`.
  package func wrap(_ text: String, first: Int = 0, indent: Int) -> String {
    guard let width, first + text.count > width else { return text }
    var lines = ""
    var column = first
    for word in text.split(separator: " ") {
      if column > (lines.isEmpty ? first : indent) {
        if column + 1 + word.count > width {
          lines += "\n" + String(repeating: " ", count: indent)
          column = indent
        } else {
          lines += " "
          column += 1
        }
      }
      lines += word
      column += word.count
    }
    return lines
  }
}
