/// The headers that are signed, sorted: the canonical headers and the list of their names.
struct CanonicalHeaders {
  /// Lowercase names, one after the other.
  private let names: [UInt8]
  /// Sorted by name; headers of one name keep their order.
  private var entries: [Entry] = []

  private struct Entry {
    let name: Range<Int>
    /// The place of the header in the request.
    let index: Int
  }

  /// Selects and sorts.
  init(_ headers: [(name: String, value: String)]) throws(SigningError) {
    var capacity = 0
    for index in headers.indices { capacity += headers[index].name.utf8.count }
    names = try [UInt8](canonical: capacity) { (names: inout CanonicalText) throws(SigningError) in
      for index in headers.indices { try Self.appendToken(headers[index].name, to: &names) }
    }
    entries.reserveCapacity(headers.count)
    var start = 0
    for index in headers.indices {
      let end = start + headers[index].name.utf8.count
      insert(Entry(name: start..<end, index: index))
      start = end
    }
  }

  private static func appendToken(
    _ name: String, to names: inout CanonicalText
  ) throws(SigningError) {
    let bytes = name.utf8Span.span
    guard !bytes.isEmpty else { throw .invalidHeaderName }
    for index in bytes.indices {
      guard HTTPText.isTokenByte(bytes[index]) else { throw .invalidHeaderName }
      names.append(HTTPText.lowercased(bytes[index]))
    }
  }

  /// Inserts behind all that are not greater: few headers, mostly sorted already.
  private mutating func insert(_ entry: Entry) {
    if UnsignedHeaders.contains(names.span.extracting(entry.name)) { return }
    var place = entries.count
    entries.append(entry)
    while place > 0, precedes(entry.name, entries[place - 1].name) {
      entries.swapAt(place, place - 1)
      place -= 1
    }
  }

  private func precedes(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
    let names = names.span
    for (l, r) in zip(left, right) where names[l] != names[r] { return names[l] < names[r] }
    return left.count < right.count
  }

  /// Appends `name:value` lines; the values of a repeated name are joined by commas, in order.
  func append(
    _ headers: [(name: String, value: String)], to text: inout CanonicalText
  ) throws(SigningError) {
    for place in entries.indices {
      let entry = entries[place]
      if isRepeated(place) {
        text.append(",")
      } else {
        if place > 0 { text.append("\n") }
        text.append(names.span.extracting(entry.name))
        text.append(":")
      }
      try Self.appendTrimmed(headers[entry.index].value, to: &text)
    }
    text.append("\n")
  }

  /// Appends the names, `content-type;host;x-amz-date`.
  func appendSignedHeaders(to text: inout CanonicalText) {
    for place in entries.indices where !isRepeated(place) {
      if place > 0 { text.append(";") }
      text.append(names.span.extracting(entries[place].name))
    }
  }

  private func isRepeated(_ place: Int) -> Bool {
    place > 0 && names[entries[place].name] == names[entries[place - 1].name]
  }

  /// The specification's `Trimall`: no blanks at the ends, one space for each run within.
  ///
  /// Whole words are copied at once, since most of a signature's time goes into moving bytes.
  private static func appendTrimmed(
    _ value: String, to text: inout CanonicalText
  ) throws(SigningError) {
    let bytes = value.utf8Span.span
    var isFirst = true
    var wordStart = 0
    while wordStart < bytes.count {
      var end = wordStart
      while end < bytes.count, !HTTPText.isBlank(bytes[end]) {
        if bytes[end] == 0 { throw .invalidHeaderValue }
        end += 1
      }
      if end > wordStart {
        if !isFirst { text.append(" ") }
        isFirst = false
        text.append(bytes.extracting(wordStart..<end))
      }
      if end < bytes.count, HTTPText.endsLine(bytes[end]) { throw .invalidHeaderValue }
      wordStart = end + 1
    }
  }
}
