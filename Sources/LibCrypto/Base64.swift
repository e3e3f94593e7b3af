internal import CLibCrypto

/// Base64 (RFC 4648, section 4) of secrets.
package enum Base64 {
  /// What the text stands for; nil where it isn't base64 with its padding, or has anything around it.
  package static func decode(_ text: borrowing SecretBytes) -> SecretBytes? {
    text.withUnsafeBytes { text in
      guard text.count % 4 == 0, let length = CInt(exactly: text.count) else { return nil }
      let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
      // libcrypto would put up with white space at both ends.
      guard padding <= 2, text.dropLast(padding).allSatisfy(isDigit) else { return nil }
      let decoded = SecretBytes(count: 3 * (text.count / 4)) { output in
        let count = EVP_DecodeBlock(
          output.bindMemory(to: UInt8.self).baseAddress,
          text.bindMemory(to: UInt8.self).baseAddress, length)
        Algorithms.require(Int(count) == output.count ? 1 : 0, "can't decode base64")
      }
      return decoded.withUnsafeBytes {
        SecretBytes(copying: UnsafeRawBufferPointer(rebasing: $0.dropLast(padding)))
      }
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"): true
    default: false
    }
  }
}
