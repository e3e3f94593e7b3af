/// What a line says of itself, for whoever looks for one line among many: neither its JSON nor its
/// hash is checked.
struct AuditOutline {
  let sequence: Int
  private let line: ArraySlice<UInt8>

  /// Nil for a tear, and for what doesn't begin like an entry.
  init?(_ line: ArraySlice<UInt8>) {
    let beginning = "{\"sequence\":".utf8
    guard line.count < AuditEntry.lineLimit, line.starts(with: beginning),
      !AuditTear.isPiece(line),
      let sequence = Self.number(line.dropFirst(beginning.count)),
      AuditEntry.sequences.contains(sequence)
    else { return nil }
    self.sequence = sequence
    self.line = line
  }

  /// Whose it is. One process may take the lease more than once: `d9f4…` first, then as `d9f4….2`.
  var process: ArraySlice<UInt8>? {
    value(of: "runId").map { $0.dropFirst().prefix { $0 != UInt8(ascii: ".") && $0 != quote } }
  }

  var isIntent: Bool {
    value(of: "phase")?.dropFirst().starts(with: AuditPhase.intent.rawValue.utf8) ?? false
  }

  /// For an outcome: the sequence of its intent.
  var intent: Int? { value(of: "intent").flatMap(Self.number) }

  private let quote = UInt8(ascii: "\"")

  /// What follows a key. No text holds a key's quotes: there they are escaped.
  private func value(of key: String) -> ArraySlice<UInt8>? {
    let pattern = Array(",\"\(key)\":".utf8)
    let offset = line.withUnsafeBytes { bytes in
      (0..<max(0, bytes.count - pattern.count)).first { start in
        bytes[start] == pattern[0] && bytes[start...].starts(with: pattern)
      }
    }
    return offset.map { line.dropFirst($0 + pattern.count) }
  }

  /// The digits that something begins with.
  private static func number(_ text: ArraySlice<UInt8>) -> Int? {
    let digits = text.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return digits.count <= 16 ? Int(String(decoding: digits, as: UTF8.self)) : nil
  }
}
