/// Lines and white space in a configuration file, by Python's rules, on bytes: the text holds
/// secrets, and a copy of it as a `String` could not be wiped.
enum IniText {
  typealias Line = Slice<UnsafeRawBufferPointer>

  /// The lines, without their ends: `\n`, `\r\n` and `\r`.
  static func lines(_ buffer: UnsafeRawBufferPointer) -> [Line] {
    var lines: [Line] = []
    var rest = buffer[...]
    while let end = rest.firstIndex(where: { $0 == newline || $0 == carriageReturn }) {
      lines.append(rest[..<end])
      let next = end + 1
      let isPair =
        buffer[end] == carriageReturn && next < buffer.endIndex && buffer[next] == newline
      rest = rest[(isPair ? next + 1 : next)...]
    }
    return rest.isEmpty ? lines : lines + [rest]
  }

  /// The lines of a section within a setting. Python's `splitlines` knows more ends than a file
  /// has, and botocore uses it there.
  static func nestedLines(_ text: Line) -> [Line] {
    var lines: [Line] = []
    var rest = text
    var index = rest.startIndex
    while index < rest.endIndex {
      let tail = rest[index...]
      if let end = nestedEnds.first(where: { tail.starts(with: $0) }) {
        lines.append(rest[..<index])
        rest = tail.dropFirst(end.count)
        index = rest.startIndex
      } else {
        index += 1
      }
    }
    return (lines + [rest]).map(trimmed).filter { !$0.isEmpty }
  }

  private static let nestedEnds: [[UInt8]] = [
    [0x0B], [0x0C], [0x1C], [0x1D], [0x1E], [0xC2, 0x85], [0xE2, 0x80, 0xA8], [0xE2, 0x80, 0xA9],
  ]

  /// Without the white space at both ends.
  static func trimmed(_ line: Line) -> Line {
    var text = line
    while let length = leadingSpace(text) { text = text.dropFirst(length) }
    while let length = trailingSpace(text) { text = text.dropLast(length) }
    return text
  }

  /// The name in `[name]`: up to the last bracket of the line, whatever follows it.
  static func header(_ text: Line) -> String? {
    guard text.first == UInt8(ascii: "["), let end = text.lastIndex(of: UInt8(ascii: "]")) else {
      return nil
    }
    let name = text[(text.startIndex + 1)..<end]
    return name.isEmpty ? nil : string(name)
  }

  static func string(_ text: Line) -> String {
    String(decoding: text, as: UTF8.self)
  }

  /// Whether a word in lowercase stands in the text, in any case.
  static func contains(_ text: Line, _ word: String) -> Bool {
    let word = word.utf8
    return text.indices.contains { start in
      text[start...].count >= word.count
        && zip(text[start...], word).allSatisfy {
          ((0x41...0x5A).contains($0) ? $0 | 0x20 : $0) == $1
        }
    }
  }

  static func isUTF8(_ text: Line) -> Bool {
    var parser = Unicode.UTF8.ForwardParser()
    var bytes = text.makeIterator()
    while true {
      switch parser.parseScalar(from: &bytes) {
      case .valid: continue
      case .emptyInput: return true
      case .error: return false
      }
    }
  }

  static func scalarCount(_ text: Line) -> Int {
    text.count { $0 & 0xC0 != 0x80 }
  }

  static func startsWithByteOrderMark(_ text: Line) -> Bool {
    text.starts(with: [0xEF, 0xBB, 0xBF])
  }

  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// The length of the white space character that the text starts with.
  private static func leadingSpace(_ text: Line) -> Int? {
    guard let first = text.first else { return nil }
    if first < 0x80 { return isSpace(UInt32(first)) ? 1 : nil }
    let length = first < 0xE0 ? 2 : 3
    return isSpace(scalar(text.prefix(length))) ? length : nil
  }

  private static func trailingSpace(_ text: Line) -> Int? {
    guard let last = text.last else { return nil }
    if last < 0x80 { return isSpace(UInt32(last)) ? 1 : nil }
    return [2, 3].first { isSpace(scalar(text.suffix($0))) }
  }

  /// The character of two or three bytes; 0 for anything else, which is no white space.
  private static func scalar(_ bytes: Line) -> UInt32 {
    let bytes = Array(bytes)
    switch (bytes.count, bytes.first ?? 0) {
    case (2, 0xC0...0xDF): return UInt32(bytes[0] & 0x1F) << 6 | UInt32(bytes[1] & 0x3F)
    case (3, 0xE0...0xEF):
      return UInt32(bytes[0] & 0x0F) << 12 | UInt32(bytes[1] & 0x3F) << 6 | UInt32(bytes[2] & 0x3F)
    default: return 0
    }
  }

  /// Python's `str.isspace`.
  private static func isSpace(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F,
      0x205F, 0x3000:
      true
    default: false
    }
  }
}
