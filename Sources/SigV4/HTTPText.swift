/// HTTP's rules for the bytes of methods and headers (RFC 9110, sections 5.5 and 5.6.2).
enum HTTPText {
  /// ASCII letters only: other ones don't occur in what is compared without regard to case.
  static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }

  /// The capital letter, of ASCII letters only.
  static func uppercased(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte & 0xDF : byte
  }

  /// Whether they are the same, whatever their case.
  static func equal(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    for index in left.indices where lowercased(left[index]) != lowercased(right[index]) {
      return false
    }
    return true
  }

  /// Whether they are the same bytes.
  static func identical(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    guard left.count == right.count else { return false }
    for index in left.indices where left[index] != right[index] { return false }
    return true
  }

  /// Whether a text is this name, whatever the text's case.
  static func equal(_ text: String, _ name: StaticString) -> Bool {
    name.withUTF8Buffer { equal(text.utf8.span, $0.span) }
  }

  /// The byte in lowercase if it may stand in a method or a header's name.
  static func lowercasedToken(_ byte: UInt8) -> UInt8? {
    let lowercase = byte < 128 ? tokens.utf8Start[Int(byte)] : UInt8(ascii: " ")
    return lowercase == UInt8(ascii: " ") ? nil : lowercase
  }

  /// What each byte below 128 becomes, a blank if it may not stand there.
  private static let tokens: StaticString = """
                                    \
     ! #$%&'  *+ -. 0123456789      \
     abcdefghijklmnopqrstuvwxyz   ^_\
    `abcdefghijklmnopqrstuvwxyz | ~ \

    """

  /// Whether the byte is blank inside a header's value.
  static func isBlank(_ byte: UInt8) -> Bool {
    byte <= UInt8(ascii: " ") && (byte == UInt8(ascii: " ") || (byte >= 0x09 && byte <= 0x0D))
  }

  /// Whether the byte would end the header, or the whole string, where it is sent.
  static func endsLine(_ byte: UInt8) -> Bool { byte == 0x0D || byte == 0x0A || byte == 0 }

  /// Whether a text can't stand in a header.
  static func endsLine(_ text: String) -> Bool {
    let bytes = text.utf8.span
    for index in bytes.indices where endsLine(bytes[index]) { return true }
    return false
  }
}
