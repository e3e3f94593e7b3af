package import LibCrypto

/// The body of a Query request: `Action=ListUsers&Version=2010-05-08&…`.
package enum FormBody {
  /// Percent-encodes by RFC 3986, section 2.3: all but letters, digits and `-._~`, a space as `%20`.
  package static func encode(
    _ parameters: [(name: String, value: String)],
    secret: (name: String, value: SharedSecret)? = nil
  ) -> SecretBytes {
    let body = WipingBuffer(capacity: 512)
    for (name, value) in parameters {
      if body.count > 0 { body.append(UInt8(ascii: "&")) }
      append(name.utf8, to: body)
      body.append(UInt8(ascii: "="))
      append(value.utf8, to: body)
    }
    if let secret {
      body.append("&\(secret.name)=")
      secret.value.withUnsafeBytes { append($0, to: body) }
    }
    return body.take()
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  private static func append(_ text: some Sequence<UInt8>, to body: WipingBuffer) {
    for byte in text {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        body.append(byte)
      default:
        body.append([UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
      }
    }
  }
}
