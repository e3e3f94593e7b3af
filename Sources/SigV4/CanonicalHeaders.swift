/// The headers that are signed, sorted: the canonical headers and the list of their names.
struct CanonicalHeaders {
  /// Lowercase names, one after the other.
  private var names: [UInt8] = []
  /// Sorted by name; headers of one name keep their order.
  private var entries: [Entry] = []

  private struct Entry {
    let name: Range<Int>
    /// The place of the header in the request.
    let index: Int
  }

  /// Selects and sorts. `Host` must be among the headers: no signature is valid without it.
  init(_ headers: [(name: String, value: String)]) throws(SigningError) {
    names.reserveCapacity(32 * headers.count)
    entries.reserveCapacity(headers.count)
    for (index, header) in headers.enumerated() {
      let start = names.count
      for byte in header.name.utf8 {
        guard HTTPText.isTokenByte(byte) else { throw .invalidHeaderName }
        names.append(HTTPText.lowercased(byte))
      }
      guard names.count > start else { throw .invalidHeaderName }
      guard !header.value.utf8.contains(where: HTTPText.endsLine) else { throw .invalidHeaderValue }
      insert(Entry(name: start..<names.count, index: index))
    }
  }

  /// Inserts behind all that are not greater: few headers, mostly sorted already.
  private mutating func insert(_ entry: Entry) {
    if UnsignedHeaders.contains(names[entry.name]) { return }
    var place = entries.count
    while place > 0, precedes(entry.name, entries[place - 1].name) { place -= 1 }
    entries.insert(entry, at: place)
  }

  private func precedes(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
    names[left].lexicographicallyPrecedes(names[right])
  }

  /// Appends `name:value` lines; the values of a repeated name are joined by commas, in order.
  func append(_ headers: [(name: String, value: String)], to text: inout [UInt8]) {
    for (place, entry) in entries.enumerated() {
      if isRepeated(place) {
        text.append(UInt8(ascii: ","))
      } else {
        if place > 0 { text.append(UInt8(ascii: "\n")) }
        text.append(contentsOf: names[entry.name])
        text.append(UInt8(ascii: ":"))
      }
      Self.appendTrimmed(headers[entry.index].value, to: &text)
    }
    text.append(UInt8(ascii: "\n"))
  }

  /// Appends the names, `content-type;host;x-amz-date`.
  func appendSignedHeaders(to text: inout [UInt8]) {
    for (place, entry) in entries.enumerated() where !isRepeated(place) {
      if place > 0 { text.append(UInt8(ascii: ";")) }
      text.append(contentsOf: names[entry.name])
    }
  }

  private func isRepeated(_ place: Int) -> Bool {
    place > 0 && names[entries[place].name] == names[entries[place - 1].name]
  }

  /// The specification's `Trimall`: no blanks at the ends, one space for each run within.
  private static func appendTrimmed(_ value: String, to text: inout [UInt8]) {
    let start = text.count
    var pendingSpace = false
    for byte in value.utf8 {
      if HTTPText.isBlank(byte) {
        pendingSpace = true
      } else {
        if pendingSpace, text.count > start { text.append(UInt8(ascii: " ")) }
        pendingSpace = false
        text.append(byte)
      }
    }
  }
}
