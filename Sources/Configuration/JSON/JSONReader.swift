internal import FoundationEssentials

/// Reads JSON strictly (RFC 8259) into nodes that know their place.
///
/// FoundationEssentials' decoder can't say where a document is wrong, takes one of two values of a
/// duplicate key in silence, and accepts a trailing comma. A configuration that is read otherwise
/// than its writer meant it is worse than none. Strings are decoded by that decoder.
package struct JSONReader {
  /// Far beyond any configuration; a limit on recursion.
  static let deepest = 32
  /// In bytes. Each place in the document is told by all the keys above it, so a long key with many
  /// below it would take memory by the square.
  static let longestKey = 256

  private let bytes: [UInt8]
  private var offset = 0
  private var duplicates: [ConfigurationProblem] = []
  private var counted = (offset: 0, place: FilePlace(line: 1, column: 1))

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The document and its duplicate keys, or the one place where it stops being JSON.
  package static func read(
    _ bytes: [UInt8]
  ) throws(ConfigurationProblem) -> (document: JSONNode, duplicates: [ConfigurationProblem]) {
    // Some editors put a byte order mark before UTF-8, which RFC 8259 lets a reader pass over.
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    var reader = JSONReader(text)
    guard String(validating: text, as: UTF8.self) != nil else {
      throw ConfigurationProblem(.notJSON, nil, "", "the file is not UTF-8 text")
    }
    let node = try reader.value(path: "", depth: 0)
    reader.skipSpace()
    guard reader.offset == text.count else {
      throw reader.wrong("something stands behind the end of the document")
    }
    return (node, reader.duplicates)
  }

  private mutating func value(path: String, depth: Int) throws(ConfigurationProblem) -> JSONNode {
    skipSpace()
    guard depth < Self.deepest else { throw wrong("nested too deeply") }
    let place = place(at: offset)
    let value: JSONNode.Value
    switch peek {
    case UInt8(ascii: "{"): value = .object(try members(of: path, depth: depth))
    case UInt8(ascii: "["): value = .array(try elements(of: path, depth: depth))
    case UInt8(ascii: "\""): value = .string(try string())
    case UInt8(ascii: "/"), UInt8(ascii: "#"): throw wrong("JSON has no comments")
    case nil: throw wrong("the file ends where a value is expected")
    default: value = try word()
    }
    return JSONNode(value: value, place: place, path: path)
  }

  private mutating func members(
    of path: String, depth: Int
  ) throws(ConfigurationProblem) -> [JSONNode.Member] {
    var members: [JSONNode.Member] = []
    var places: [String: FilePlace] = [:]
    offset += 1
    skipSpace()
    if take("}") { return [] }
    repeat {
      skipSpace()
      let keyPlace = place(at: offset)
      guard peek == UInt8(ascii: "\"") else {
        throw wrong(
          peek == UInt8(ascii: "}") && !members.isEmpty
            ? "a comma before `}`: leave it out" : "a key in double quotes is expected here")
      }
      let start = offset
      let key = try string()
      guard offset - start <= Self.longestKey else {
        offset = start
        throw wrong("no key is longer than \(Self.longestKey) bytes")
      }
      let keyPath = path.isEmpty ? key : "\(path).\(key)"
      if let first = places[key] {
        duplicates.append(
          ConfigurationProblem(
            .duplicateKey, keyPlace, keyPath,
            "the key stands here a second time; first in line \(first.line)"))
      } else {
        places[key] = keyPlace
      }
      skipSpace()
      guard take(":") else { throw wrong("`:` is expected behind a key") }
      let node = try value(path: keyPath, depth: depth + 1)
      members.append(JSONNode.Member(key: key, keyPlace: keyPlace, node: node))
      skipSpace()
    } while take(",")
    guard take("}") else { throw wrong("`,` or `}` is expected here") }
    return members
  }

  private mutating func elements(
    of path: String, depth: Int
  ) throws(ConfigurationProblem) -> [JSONNode] {
    var elements: [JSONNode] = []
    offset += 1
    skipSpace()
    if take("]") { return [] }
    repeat {
      skipSpace()
      if peek == UInt8(ascii: "]") { throw wrong("a comma before `]`: leave it out") }
      elements.append(try value(path: "\(path)[\(elements.count)]", depth: depth + 1))
      skipSpace()
    } while take(",")
    guard take("]") else { throw wrong("`,` or `]` is expected here") }
    return elements
  }

  private mutating func string() throws(ConfigurationProblem) -> String {
    let start = offset
    offset += 1
    while let byte = peek, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw wrong("a string must end in the line where it begins") }
      offset += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    guard take("\"") else {
      offset = start
      throw wrong("the string that begins here has no end")
    }
    let token = Data(bytes[start..<offset])
    guard let text = try? JSONDecoder().decode(String.self, from: token) else {
      offset = start
      throw wrong("the string holds a wrong escape")
    }
    return text
  }

  /// `true`, `false`, `null`, or a number.
  private mutating func word() throws(ConfigurationProblem) -> JSONNode.Value {
    let start = offset
    while let byte = peek, !",]}:\"{[/# \t\r\n".utf8.contains(byte) { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    switch text {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    default:
      let isNumber = "-0123456789".contains(text.first ?? " ")
      if isNumber, (try? JSONDecoder().decode(Double.self, from: Data(text.utf8))) != nil {
        return .number(text)
      }
      offset = start
      throw wrong(
        text.isEmpty
          ? "a value is expected here"
          : "`\(text)` is not a value; text stands in double quotes")
    }
  }

  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, " \t\r\n".utf8.contains(byte) { offset += 1 }
  }

  private mutating func wrong(_ message: String) -> ConfigurationProblem {
    ConfigurationProblem(.notJSON, place(at: offset), "", message)
  }

  /// Goes on from the last place that was asked for: places come nearly always in order, and a
  /// file of one long line must not be counted from its beginning each time.
  private mutating func place(at offset: Int) -> FilePlace {
    if offset < counted.offset { counted = (0, FilePlace(line: 1, column: 1)) }
    for byte in bytes[counted.offset..<min(offset, bytes.count)] {
      if byte == UInt8(ascii: "\n") {
        counted.place.line += 1
        counted.place.column = 1
      } else if byte & 0xC0 != 0x80 {  // not in the middle of a character
        counted.place.column += 1
      }
    }
    counted.offset = min(offset, bytes.count)
    return counted.place
  }
}
