/// Columns that line up, a bar and a sentence for each row. Where a row doesn't fit, all rows put
/// bar and sentence into lines of their own below; where a name doesn't, it stands above its rows.
package struct TextTable {
  package struct Cell {
    var text: String
    var colour: TextStyle.Colour?

    package init(_ text: String, _ colour: TextStyle.Colour? = nil) {
      self.text = PrintableText.clean(text)
      self.colour = colour
    }
  }

  package struct Row {
    var cells: [Cell]
    /// For a width, the bar as wide.
    var bar: ((Int) -> Cell?)?
    var sentence: String

    package init(cells: [Cell], bar: ((Int) -> Cell?)? = nil, sentence: String) {
      self.cells = cells
      self.bar = bar
      self.sentence = sentence
    }
  }

  /// Of the cells.
  var header: [String]
  var sentenceHeader: String
  /// The columns whose text stands at the right.
  var rightAligned: Set<Int>
  /// The columns that are cut, one after the other, where a row is too long all the same.
  var givingWay: [Int]
  package var rows: [Row] = []

  /// Before which column the bar stands, where a row fits.
  private let barColumn = 3

  private static let barWidth = 12

  package init(
    header: [String], sentenceHeader: String = "REASON", rightAligned: Set<Int> = [],
    givingWay: [Int] = []
  ) {
    self.header = header
    self.sentenceHeader = sentenceHeader
    self.rightAligned = rightAligned
    self.givingWay = givingWay
  }

  package func render(_ style: TextStyle) -> String {
    let natural = header.indices.map { column in
      ([header[column]] + rows.map { $0.cells[column].text }).map(\.count).max() ?? 0
    }
    let longest = rows.map { PrintableText.clean($0.sentence).count }.max() ?? 0
    let hasBars = rows.contains { $0.bar?(Self.barWidth) != nil }
    let whole = total(natural) + (hasBars ? Self.barWidth + 2 : 0) + longest
    guard let width = style.width, whole > width else { return flat(natural, hasBars, style) }
    guard total(natural) - 2 > width else { return stacked(natural, style) }
    // Names that are cut can't be told apart: they get lines of their own, and no column.
    return headed(fitted([0] + natural.dropFirst(), to: width), style)
  }

  private func total(_ widths: [Int]) -> Int { widths.reduce(0) { $0 + $1 + 2 } }

  /// The widths that a terminal has room for.
  private func fitted(_ natural: [Int], to width: Int) -> [Int] {
    var widths = natural
    for column in givingWay {
      let excess = total(widths) - 2 - width
      guard excess > 0 else { break }
      widths[column] = min(widths[column], max(8, widths[column] - excess))
    }
    return widths
  }

  // MARK: One line a row

  private func flat(_ natural: [Int], _ hasBars: Bool, _ style: TextStyle) -> String {
    var widths = natural
    if hasBars { widths.insert(Self.barWidth, at: barColumn) }
    let right = Set(rightAligned.map { hasBars && $0 >= barColumn ? $0 + 1 : $0 })
    var names = header.map { Cell($0, .bold) }
    if hasBars { names.insert(Cell("LIFE", .bold), at: barColumn) }
    var lines = [
      line(names, widths, right, style) + style.paint(sentenceHeader, .bold)
    ]
    for row in rows {
      var cells = row.cells
      if hasBars { cells.insert(row.bar?(Self.barWidth) ?? Cell("-"), at: barColumn) }
      lines.append(line(cells, widths, right, style) + PrintableText.clean(row.sentence))
    }
    return lines.map { trimmed($0) + "\n" }.joined()
  }

  // MARK: Two lines a row, names above them

  private func headed(_ widths: [Int], _ style: TextStyle) -> String {
    var lines = [
      style.paint(header[0], .bold),
      line([Cell("")] + header.dropFirst().map { Cell($0, .bold) }, widths, rightAligned, style),
    ]
    var name: String?
    for row in rows {
      var cells = row.cells
      if cells[0].text != name {
        name = cells[0].text
        lines.append(style.shortened(cells[0].text, to: style.width ?? .max))
      }
      cells[0].text = ""
      lines.append(line(cells, widths, rightAligned, style))
      lines.append(below(row, widths, style))
    }
    return lines.map { trimmed($0) + "\n" }.joined()
  }

  // MARK: Two lines a row

  private func stacked(_ widths: [Int], _ style: TextStyle) -> String {
    var lines = [line(header.map { Cell($0, .bold) }, widths, rightAligned, style)]
    var user: String?
    for row in rows {
      var cells = row.cells
      if cells[0].text == user { cells[0].text = "" }
      user = row.cells[0].text
      lines.append(line(cells, widths, rightAligned, style))
      lines.append(below(row, widths, style))
    }
    return lines.map { trimmed($0) + "\n" }.joined()
  }

  /// The bar is as wide as the key above it, and the sentence stands beside it.
  private func below(_ row: Row, _ widths: [Int], _ style: TextStyle) -> String {
    let indent = widths[0] + 2
    let space = String(repeating: " ", count: indent)
    let column = indent + widths[1] + 2
    // On a narrow terminal the sentence needs the place.
    let isNarrow = style.width.map { $0 - column < 30 } ?? false
    guard !isNarrow, let bar = row.bar?(widths[1]) else {
      return space + style.paint(style.wrap(row.sentence, first: indent, indent: indent), .dim)
    }
    return space + style.paint(bar.text, bar.colour) + "  "
      + style.paint(style.wrap(row.sentence, first: column, indent: column), .dim)
  }

  private func line(
    _ cells: [Cell], _ widths: [Int], _ right: Set<Int>, _ style: TextStyle
  ) -> String {
    zip(cells, widths).enumerated().map { column, pair in
      let text = style.shortened(pair.0.text, to: pair.1)
      let space = String(repeating: " ", count: pair.1 - text.count)
      let painted = style.paint(text, pair.0.colour)
      return (right.contains(column) ? space + painted : painted + space) + "  "
    }.joined()
  }

  private func trimmed(_ line: String) -> String {
    var line = line[...]
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}
