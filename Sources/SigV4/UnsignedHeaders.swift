/// The headers that are never signed, because something between client and service may change
/// them, or because they carry the signature. The list is the one that AWS's own SDKs use.
enum UnsignedHeaders {
  /// Whether a lowercase name is on the list.
  static func contains(_ name: Span<UInt8>) -> Bool {
    // Lengths first, which tell most names apart at once.
    guard name.count < 64, lengths & (1 << name.count) != 0 else { return false }
    for index in names.indices where names[index].utf8.count == name.count {
      if HTTPText.equal(names[index].utf8Span.span, name) { return true }
    }
    return false
  }

  private static let lengths = names.reduce(0 as UInt64) { $0 | (1 << $1.utf8.count) }

  private static let names = [
    "authorization", "baggage", "connection", "expect", "keep-alive", "proxy-authenticate",
    "proxy-authorization", "te", "traceparent", "tracestate", "trailer", "transfer-encoding",
    "upgrade", "user-agent", "x-amzn-trace-id",
  ]
}
