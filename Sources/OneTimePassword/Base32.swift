internal import LibCrypto

/// Base32 (RFC 4648, section 6), as authenticators show their seeds: blanks between groups, lower
/// case and missing padding are put up with; anything else is refused.
enum Base32 {
  /// What is wrong with a text. Never what stands in it.
  struct Fault: Error, Equatable {
    var reason: String
  }

  static func decode(_ text: borrowing SecretBytes) throws(Fault) -> SecretBytes {
    let bytes = WipingBuffer(capacity: text.count * 5 / 8 + 1)
    var digits = 0
    var padding = 0
    var (buffer, bits): (UInt32, UInt32) = (0, 0)
    for index in 0..<text.count {
      let character = text.withUnsafeBytes { $0[index] }
      if isBlank(character) { continue }
      if character == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0 else { throw Fault(reason: "`=` stands before its end") }
      guard let digit = value(of: character) else {
        throw Fault(reason: "it holds a character that isn't one of A to Z and 2 to 7")
      }
      digits += 1
      buffer = buffer << 5 | digit
      bits += 5
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
        buffer &= 1 << bits - 1
      }
    }
    let isWhole = [0, 2, 4, 5, 7].contains(digits % 8) && buffer == 0
    let isPadded = padding == 0 || padding == (8 - digits % 8) % 8
    guard isWhole else { throw Fault(reason: "it is cut off: a group isn't whole") }
    guard isPadded else { throw Fault(reason: "it ends in the wrong number of `=`") }
    return bytes.take()
  }

  private static func isBlank(_ character: UInt8) -> Bool {
    [0x20, 0x09, 0x0A, 0x0D].contains(character)
  }

  private static func value(of character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a"))
    case UInt8(ascii: "2")...UInt8(ascii: "7"): UInt32(character - UInt8(ascii: "2") + 26)
    default: nil
    }
  }
}
