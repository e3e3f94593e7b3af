/// The parts of an absolute URL that a signature speaks of, as ranges of its bytes.
struct RequestTarget {
  let url: [UInt8]
  let scheme: Range<Int>
  let authority: Range<Int>
  let path: Range<Int>
  let query: Range<Int>

  init(_ text: String) throws(SigningError) {
    url = Array(text.utf8)
    guard let colon = url.firstIndex(of: UInt8(ascii: ":")), colon > 0,
      url[(colon + 1)...].starts(with: "//".utf8)
    else { throw .invalidURL }
    let start = colon + 3
    let end = url.firstIndex(of: UInt8(ascii: "#")) ?? url.endIndex
    guard start < end else { throw .invalidURL }
    let mark = url[start..<end].firstIndex(of: UInt8(ascii: "?")) ?? end
    let slash = url[start..<mark].firstIndex(of: UInt8(ascii: "/")) ?? mark
    scheme = 0..<colon
    authority = start..<slash
    path = slash..<mark
    query = min(mark + 1, end)..<end
  }

  /// The `Host` header that an HTTP client sends for the URL: in lowercase, without user
  /// information, and without the port when it is the scheme's own.
  func host() throws(SigningError) -> String {
    let authority = url[self.authority]
    let start = authority.lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? authority.startIndex
    var host = authority[start...].map(HTTPText.lowercased)
    let isHTTPS = url[scheme].map(HTTPText.lowercased).elementsEqual("https".utf8)
    let defaultPort = isHTTPS ? ":443" : ":80"
    if host.suffix(defaultPort.utf8.count).elementsEqual(defaultPort.utf8) {
      host.removeLast(defaultPort.utf8.count)
    } else if host.last == UInt8(ascii: ":") {
      host.removeLast()
    }
    guard let first = host.first, first != UInt8(ascii: ":") else { throw .invalidURL }
    return String(decoding: host, as: UTF8.self)
  }
}
