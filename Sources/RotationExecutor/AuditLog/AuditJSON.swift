/// Writes one JSON object byte for byte as Python's `json.dumps(…, separators=(",", ":"))` does.
/// An encoder of a library could change its bytes with its next version, and with them each hash.
struct AuditJSON {
  /// The object without its closing brace.
  private(set) var bytes: [UInt8] = []

  mutating func add(_ key: String, _ value: Int?) {
    begin(key)
    bytes += (value.map { String($0) } ?? "null").utf8
  }

  mutating func add(_ key: String, _ value: String?) {
    begin(key)
    guard let value else { return bytes += "null".utf8 }
    quote(value)
  }

  private mutating func begin(_ key: String) {
    bytes += (bytes.isEmpty ? "{" : ",").utf8
    quote(key)
    bytes += ":".utf8
  }

  private mutating func quote(_ text: String) {
    bytes += "\"".utf8
    for unit in text.utf16 {
      switch unit {
      case 0x22: bytes += "\\\"".utf8
      case 0x5C: bytes += "\\\\".utf8
      case 0x08: bytes += "\\b".utf8
      case 0x09: bytes += "\\t".utf8
      case 0x0A: bytes += "\\n".utf8
      case 0x0C: bytes += "\\f".utf8
      case 0x0D: bytes += "\\r".utf8
      case 0x20...0x7E: bytes.append(UInt8(unit))
      default:
        let digits = String(unit, radix: 16)
        bytes += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
      }
    }
    bytes += "\"".utf8
  }
}
