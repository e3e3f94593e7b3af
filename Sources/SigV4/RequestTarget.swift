/// The parts of an absolute URL that a signature speaks of, as ranges of its bytes.
struct RequestTarget {
  let url: String
  let authority: Range<Int>
  let path: Range<Int>
  let query: Range<Int>
  private let isHTTPS: Bool

  init(_ url: String) throws(SigningError) {
    let bytes = url.utf8.span
    let colon = Self.first(in: bytes, from: 0) { $0 == UInt8(ascii: ":") }
    let start = colon + 3
    guard colon > 0, start < bytes.count, bytes[colon + 1] == UInt8(ascii: "/"),
      bytes[colon + 2] == UInt8(ascii: "/")
    else { throw .invalidURL }
    let slash = Self.first(in: bytes, from: start) {
      $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#")
    }
    let mark = Self.first(in: bytes, from: slash) {
      $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#")
    }
    let end = Self.first(in: bytes, from: mark) { $0 == UInt8(ascii: "#") }
    self.url = url
    authority = start..<slash
    path = slash..<mark
    query = min(mark + 1, end)..<end
    isHTTPS = colon == 5
  }

  /// The URL up to its query.
  var withoutQuery: Substring { slice(0..<path.upperBound) }

  /// The query, without its question mark.
  var queryText: Substring { slice(query) }

  private func slice(_ range: Range<Int>) -> Substring {
    let bytes = url.utf8
    return url[
      bytes.index(
        bytes.startIndex, offsetBy: range.lowerBound)..<bytes.index(
          bytes.startIndex, offsetBy: range.upperBound)]
  }

  private static func first(
    in bytes: Span<UInt8>, from start: Int, where matches: (UInt8) -> Bool
  ) -> Int {
    for index in start..<bytes.count where matches(bytes[index]) { return index }
    return bytes.count
  }

  /// The `Host` header that belongs to the URL: in lowercase, without user information, and
  /// without the port when it is the scheme's own.
  func host() throws(SigningError) -> String {
    let bytes = url.utf8.span
    var start = authority.lowerBound
    for index in authority where bytes[index] == UInt8(ascii: "@") { start = index + 1 }
    var end = authority.upperBound
    let port = isHTTPS ? ":443" : ":80"
    if end - port.utf8.count >= start,
      HTTPText.equal(port.utf8.span, bytes.extracting((end - port.utf8.count)..<end))
    {
      end -= port.utf8.count
    } else if end > start, bytes[end - 1] == UInt8(ascii: ":") {
      end -= 1
    }
    guard start < end, bytes[start] != UInt8(ascii: ":") else { throw .invalidURL }
    return String(unsafeUninitializedCapacity: end - start) { host in
      for index in start..<end { host[index - start] = HTTPText.lowercased(bytes[index]) }
      return end - start
    }
  }
}
