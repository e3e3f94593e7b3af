/// The headers that are never signed, because something between client and service may change
/// them, or because they carry the signature. The list is the one that AWS's own SDKs use.
enum UnsignedHeaders {
  /// Whether a lowercase name is on the list.
  static func contains(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    func isName(_ other: StaticString) -> Bool {
      other.withUTF8Buffer { HTTPText.identical(name, $0) }
    }
    // Lengths first, which tell most names apart at once.
    return switch name.count {
    case 2: isName("te")
    case 6: isName("expect")
    case 7: isName("baggage") || isName("trailer") || isName("upgrade")
    case 10:
      isName("connection") || isName("keep-alive") || isName("tracestate") || isName("user-agent")
    case 11: isName("traceparent")
    case 13: isName("authorization")
    case 15: isName("x-amzn-trace-id")
    case 17: isName("transfer-encoding")
    case 18: isName("proxy-authenticate")
    case 19: isName("proxy-authorization")
    default: false
    }
  }
}
