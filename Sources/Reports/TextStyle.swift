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
  /// Lines and dots beyond ASCII.
  package var usesUnicode: Bool

  package static let plain = TextStyle(width: nil, usesColour: false)

  package init(width: Int?, usesColour: Bool, usesUnicode: Bool = false) {
    self.width = width
    self.usesColour = usesColour
    self.usesUnicode = usesUnicode
  }

  /// For a file descriptor: colour and width on a terminal only. `NO_COLOR` (https://no-color.org)
  /// and `TERM=dumb` switch colour off.
  package init(descriptor: Int32, environment: [String: String]) {
    guard isatty(descriptor) == 1 else {
      self = .plain
      return
    }
    let columns = Int(rotate_terminal_columns(descriptor))
    self.init(columns: columns, environment: environment)
  }

  /// For a terminal. 0 columns: it doesn't say how many it has.
  package init(columns: Int, environment: [String: String]) {
    width = columns > 0 ? max(columns, 40) : 100
    let isDumb = (environment["TERM"] ?? "dumb") == "dumb"
    usesColour = (environment["NO_COLOR"] ?? "").isEmpty && !isDumb
    usesUnicode = Self.isUTF8(environment) && !isDumb
  }

  /// As setlocale(3) finds the character set: the first of these that is set.
  private static func isUTF8(_ environment: [String: String]) -> Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }
    let name = (locale ?? "").uppercased()
    return name.contains("UTF-8") || name.contains("UTF8")
  }

  package func paint(_ text: String, _ colour: Colour?) -> String {
    guard usesColour, let colour, !text.isEmpty else { return text }
    return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
  }

  /// The lines of a text whose first begins in column `first` (from 0) and whose others are
  /// indented by `indent`. Whatever can't be printed is replaced.
  package func wrap(_ text: String, first: Int = 0, indent: Int) -> String {
    let text = PrintableText.clean(text)
    guard let width, first + text.count > width else { return text }
    var lines = ""
    var column = first
    var isAtStart = true
    let newLine = "\n" + String(repeating: " ", count: indent)
    for word in text.split(separator: " ") {
      if !isAtStart, column + 1 + word.count > width {
        lines += newLine
        (column, isAtStart) = (indent, true)
      }
      if !isAtStart {
        lines += " "
        column += 1
      }
      var rest = word
      // An ARN or a name can be longer than a line.
      while column + rest.count > width, width > indent {
        lines += rest.prefix(width - column) + newLine
        rest = rest.dropFirst(width - column)
        column = indent
      }
      lines += rest
      column += rest.count
      isAtStart = false
    }
    return lines
  }

  /// A text cut to a width, and said to be cut.
  func shortened(_ text: String, to width: Int) -> String {
    text.count > width ? text.prefix(width - 1) + (usesUnicode ? "…" : "~") : text
  }
}
