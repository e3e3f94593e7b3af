/// The headers that are never signed, because something between client and service may change
/// them, or because they carry the signature. The list is the one that AWS's own SDKs use.
enum UnsignedHeaders {
  /// Whether a lowercase name is on the list.
  static func contains(_ name: Span<UInt8>) -> Bool {
    for index in names.indices where names[index].utf8.count == name.count {
      if HTTPText.equal(names[index].utf8Span.span, name) { return true }
    }
    return false
  }

  private static let names = [
    "authorization", "baggage", "connection", "expect", "keep-alive", "proxy-authenticate",
    "proxy-authorization", "te", "traceparent", "tracestate", "trailer", "transfer-encoding",
    "upgrade", "user-agent", "x-amzn-trace-id",
  ]
}
