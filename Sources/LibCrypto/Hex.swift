/// Hexadecimal text, lowercase, as AWS wants it everywhere.
package enum Hex {
  /// The bytes, two digits for each.
  package static func encode(_ bytes: [UInt8]) -> String {
    let text = [UInt8](capacity: 2 * bytes.count) { append(bytes.span, to: &$0) }
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends two ASCII digits for each byte.
  package static func append(_ bytes: Span<UInt8>, to text: inout OutputSpan<UInt8>) {
    precondition(text.freeCapacity >= 2 * bytes.count)
    text.withUnsafeMutableBufferPointer { digits, count in
      for index in bytes.indices {
        digits[count] = digit(bytes[index] >> 4)
        digits[count + 1] = digit(bytes[index] & 15)
        count += 2
      }
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
