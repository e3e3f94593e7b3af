/// The headers that are never signed, because something between client and service may change
/// them, or because they carry the signature. The list is the one that AWS's own SDKs use.
enum UnsignedHeaders {
  /// Whether a lowercase name is on the list.
  static func contains(_ name: ArraySlice<UInt8>) -> Bool {
    names.contains { $0.count == name.count && $0.elementsEqual(name) }
  }

  private static let names: [[UInt8]] = [
    "authorization", "baggage", "connection", "expect", "keep-alive", "proxy-authenticate",
    "proxy-authorization", "te", "traceparent", "tracestate", "trailer", "transfer-encoding",
    "upgrade", "user-agent", "x-amzn-trace-id",
  ].map { Array($0.utf8) }
}
