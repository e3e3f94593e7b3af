/// Hexadecimal text, lowercase, as AWS wants it everywhere.
package enum Hex {
  /// The bytes, two digits for each.
  package static func encode(_ bytes: [UInt8]) -> String {
    encode(bytes.span)
  }

  /// The bytes, two digits for each.
  package static func encode(_ bytes: Span<UInt8>) -> String {
    String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
      write(bytes, to: UnsafeMutableBufferPointer(rebasing: text[..<(2 * bytes.count)]))
      return 2 * bytes.count
    }
  }

  /// Writes two ASCII digits for each byte into memory of exactly that size.
  package static func write(_ bytes: Span<UInt8>, to text: UnsafeMutableBufferPointer<UInt8>) {
    precondition(text.count == 2 * bytes.count)
    // Neither branch nor check in the loop, so that the compiler makes vectors of it.
    bytes.withUnsafeBufferPointer { bytes in
      for index in bytes.indices {
        text[2 &* index] = digit(bytes[index] >> 4)
        text[2 &* index &+ 1] = digit(bytes[index] & 15)
      }
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value &+ (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
  }
}
