/// The body of a Query request: `Action=ListUsers&Version=2010-05-08&…`.
package enum FormBody {
  /// Percent-encodes by RFC 3986, section 2.3: all but letters, digits and `-._~`, a space as `%20`.
  package static func encode(_ parameters: [(name: String, value: String)]) -> [UInt8] {
    var body: [UInt8] = []
    for (name, value) in parameters {
      if !body.isEmpty { body.append(UInt8(ascii: "&")) }
      append(name, to: &body)
      body.append(UInt8(ascii: "="))
      append(value, to: &body)
    }
    return body
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  private static func append(_ text: String, to body: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        body.append(byte)
      default:
        body += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
  }
}
