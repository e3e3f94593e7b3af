/// Columns that line up. The last one holds sentences: where a row doesn't fit, all rows put
/// theirs into a line of its own below.
struct TextTable {
  struct Cell {
    var text: String
    var colour: TextStyle.Colour?

    init(_ text: String, _ colour: TextStyle.Colour? = nil) {
      self.text = text
      self.colour = colour
    }
  }

  var header: [String]
  /// The columns whose text stands at the right.
  var rightAligned: Set<Int> = []
  var rows: [[Cell]] = []

  func render(_ style: TextStyle) -> String {
    let columns = header.count - 1
    var widths = (0..<columns).map { column in
      ([header[column]] + rows.map { $0[column].text }).map(\.count).max() ?? 0
    }
    var fixed = widths.reduce(0) { $0 + $1 + 2 }
    if let width = style.width, fixed > width, let first = widths.first {
      // A name of 64 letters must not break every row: the names give way.
      widths[0] = max(8, first - (fixed - width))
      fixed -= first - widths[0]
    }
    let longest = ([header[columns]] + rows.map { $0[columns].text }).map(\.count).max() ?? 0
    let isStacked = style.width.map { fixed + longest > $0 } ?? false
    let indent = (widths.first ?? 0) + 2
    var text = ""
    for (index, row) in ([header.map { Cell($0, .bold) }] + rows).enumerated() {
      var line = ""
      for column in 0..<columns { line += padded(row[column], column, widths[column], style) }
      let last = row[columns]
      if !isStacked {
        line += style.paint(last.text, last.colour)
      } else if index > 0, !last.text.isEmpty {
        line =
          trimmed(line) + "\n" + String(repeating: " ", count: indent)
          + style.paint(style.wrap(last.text, first: indent, indent: indent), .dim)
      }
      text += trimmed(line) + "\n"
    }
    return text
  }

  private func padded(_ cell: Cell, _ column: Int, _ width: Int, _ style: TextStyle) -> String {
    let text = cell.text.count > width ? cell.text.prefix(width - 1) + "…" : cell.text
    let space = String(repeating: " ", count: width - text.count)
    let painted = style.paint(text, cell.colour)
    return (rightAligned.contains(column) ? space + painted : painted + space) + "  "
  }

  private func trimmed(_ line: String) -> String {
    var line = line[...]
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}
