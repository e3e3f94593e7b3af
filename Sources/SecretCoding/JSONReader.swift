package import LibCrypto

extension JSONValue {
  /// Reads one document in UTF-8; nil where the bytes are none, or are nested too deeply.
  package static func read(_ bytes: borrowing SecretBytes) -> JSONValue? {
    bytes.withUnsafeBytes { read($0) }
  }

  /// Reads one document in UTF-8; nil where the bytes are none, or are nested too deeply.
  package static func read(_ bytes: UnsafeRawBufferPointer) -> JSONValue? {
    guard isUTF8(bytes) else { return nil }
    var reader = JSONReader(bytes)
    return try? reader.document()
  }

  /// Whether the bytes are UTF-8, which JSON can't hold anything else than.
  package static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    (try? UTF8Span(validating: bytes.bindMemory(to: UInt8.self).span)) != nil
  }
}

/// Reads JSON (RFC 8259, strictly) out of the bytes of a secret; its texts go from there into memory
/// that is wiped, and nowhere else.
struct JSONReader {
  struct Fault: Error {}

  /// No document that is read here has a tenth of it.
  static let maximumDepth = 128

  private let bytes: UnsafeRawBufferPointer
  private var at = 0
  private var depth = 0

  /// The bytes are UTF-8.
  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func document() throws(Fault) -> JSONValue {
    let value = try value()
    skipBlanks()
    guard at == bytes.count else { throw Fault() }
    return value
  }

  private mutating func value() throws(Fault) -> JSONValue {
    skipBlanks()
    switch peek {
    case UInt8(ascii: "{"): return .object(try members())
    case UInt8(ascii: "["): return .array(try elements())
    case UInt8(ascii: "\""): return .text(SharedSecret(try text()))
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  // MARK: Lists and objects

  private mutating func members() throws(Fault) -> [(name: String, value: JSONValue)] {
    var members: [(name: String, value: JSONValue)] = []
    try list(until: "}") { (reader) throws(Fault) in
      let name = try reader.text().withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      reader.skipBlanks()
      try reader.expect(":")
      members.append((name, try reader.value()))
    }
    return members
  }

  private mutating func elements() throws(Fault) -> [JSONValue] {
    var elements: [JSONValue] = []
    try list(until: "]") { (reader) throws(Fault) in elements.append(try reader.value()) }
    return elements
  }

  private mutating func list(
    until end: Unicode.Scalar, _ item: (inout JSONReader) throws(Fault) -> Void
  ) throws(Fault) {
    at += 1
    depth += 1
    guard depth <= Self.maximumDepth else { throw Fault() }
    skipBlanks()
    if peek != UInt8(ascii: end) {
      try item(&self)
      skipBlanks()
      while peek == UInt8(ascii: ",") {
        at += 1
        skipBlanks()
        try item(&self)
        skipBlanks()
      }
    }
    try expect(end)
    depth -= 1
  }

  // MARK: Texts

  private mutating func text() throws(Fault) -> SecretBytes {
    try expect("\"")
    let start = at
    while let byte = peek, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
      at += 1
    }
    let plain = UnsafeRawBufferPointer(rebasing: bytes[start..<at])
    if peek == UInt8(ascii: "\"") {
      at += 1
      return SecretBytes(copying: plain)
    }
    let text = WipingBuffer(capacity: 2 * plain.count)
    text.append(plain)
    while let byte = peek, byte >= 0x20 {
      at += 1
      switch byte {
      case UInt8(ascii: "\""): return text.take()
      case UInt8(ascii: "\\"): try escape(into: text)
      default: text.append(byte)
      }
    }
    throw Fault()
  }

  private mutating func escape(into text: WipingBuffer) throws(Fault) {
    guard let byte = peek else { throw Fault() }
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "u"):
      text.append(UTF8.encode(try scalar()) ?? UTF8.encodedReplacementCharacter)
    default: throw Fault()
    }
  }

  /// The character of `\uXXXX`, or of the two of a surrogate pair; half of a pair is none.
  private mutating func scalar() throws(Fault) -> Unicode.Scalar {
    let first = try codeUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard UTF16.isLeadSurrogate(first), bytes[at...].starts(with: "\\u".utf8) else { throw Fault() }
    at += 2
    let second = try codeUnit()
    guard UTF16.isTrailSurrogate(second) else { throw Fault() }
    let pair = UTF16.EncodedScalar([first, second])
    return UTF16.decode(pair)
  }

  private mutating func codeUnit() throws(Fault) -> UInt16 {
    guard bytes.count - at >= 4 else { throw Fault() }
    var unit: UInt16 = 0
    for byte in bytes[at..<at + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw Fault() }
      unit = unit << 4 | UInt16(digit)
    }
    at += 4
    return unit
  }

  // MARK: Words

  private mutating func number() throws(Fault) -> String {
    let start = at
    if peek == UInt8(ascii: "-") { at += 1 }
    if peek == UInt8(ascii: "0") { at += 1 } else { try digits() }
    if peek == UInt8(ascii: ".") {
      at += 1
      try digits()
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      at += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { at += 1 }
      try digits()
    }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private mutating func digits() throws(Fault) {
    let start = at
    while let byte = peek, (0x30...0x39).contains(byte) { at += 1 }
    guard at > start else { throw Fault() }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(Fault) -> JSONValue {
    guard bytes[at...].starts(with: word.utf8) else { throw Fault() }
    at += word.utf8.count
    return value
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Fault) {
    guard peek == UInt8(ascii: character) else { throw Fault() }
    at += 1
  }

  private mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }
}
