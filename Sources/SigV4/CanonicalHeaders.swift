internal import LibCrypto

/// The headers that are signed, sorted: the canonical headers and the list of their names.
///
/// It borrows memory on the stack: small arrays would take as much time as the text itself.
struct CanonicalHeaders: ~Copyable {
  /// A request's headers, lent: each access to an array's element counts references.
  typealias Headers = UnsafeBufferPointer<(name: String, value: String)>

  private let headers: Headers
  /// Their indices follow those of the others.
  private let secretHeaders: [(name: String, value: SharedSecret)]
  /// Lowercase names, one after the other.
  private var names: CanonicalText
  /// Sorted by name; headers of one name keep their order.
  private let entries: UnsafeMutableBufferPointer<Entry>
  private var count = 0

  private struct Entry {
    let name: UnsafeBufferPointer<UInt8>
    /// The place of the header in the request.
    let index: Int
  }

  /// Appends the canonical headers, an empty line and the signed headers.
  ///
  /// - Returns: Where in the text the signed headers stand.
  static func append(
    _ headers: Headers, _ secretHeaders: [(name: String, value: SharedSecret)],
    excluding excluded: [String], to text: inout CanonicalText
  ) throws(SigningError) -> Range<Int> {
    try withSorted(headers, secretHeaders, excluding: excluded) { sorted throws(SigningError) in
      try sorted.appendLines(to: &text)
      text.append("\n")
      return sorted.appendNames(to: &text)
    }
  }

  /// The names of the headers that are signed, `content-type;host`: a presigned URL has to say them
  /// before it is signed.
  static func signedNames(
    of headers: Headers, _ secretHeaders: [(name: String, value: SharedSecret)],
    excluding excluded: [String]
  ) throws(SigningError) -> String {
    var capacity = 0
    for index in headers.indices { capacity += headers[index].name.utf8.count + 1 }
    for header in secretHeaders { capacity += header.name.utf8.count + 1 }
    let names = try [UInt8](capacity: capacity) {
      (text: inout CanonicalText) throws(SigningError) in
      try withSorted(headers, secretHeaders, excluding: excluded) { sorted throws(SigningError) in
        _ = sorted.appendNames(to: &text)
      }
    }
    return String(decoding: names, as: UTF8.self)
  }

  private static func withSorted<Result>(
    _ headers: Headers, _ secretHeaders: [(name: String, value: SharedSecret)],
    excluding excluded: [String],
    _ body: (borrowing CanonicalHeaders) throws(SigningError) -> Result
  ) throws(SigningError) -> Result {
    var length = 0
    for index in headers.indices { length += headers[index].name.utf8.count }
    for header in secretHeaders { length += header.name.utf8.count }
    return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) {
      names throws(SigningError) in
      try withUnsafeTemporaryAllocation(
        of: Entry.self, capacity: headers.count + secretHeaders.count
      ) { entries throws(SigningError) in
        try body(
          CanonicalHeaders(
            headers, secretHeaders, excluding: excluded, CanonicalText(in: names), entries))
      }
    }
  }

  /// Selects and sorts.
  private init(
    _ headers: Headers, _ secretHeaders: [(name: String, value: SharedSecret)],
    excluding excluded: [String], _ names: consuming CanonicalText,
    _ entries: UnsafeMutableBufferPointer<Entry>
  ) throws(SigningError) {
    self.headers = headers
    self.secretHeaders = secretHeaders
    self.names = names
    self.entries = entries
    for index in 0..<headers.count + secretHeaders.count {
      let start = self.names.count
      try self.names.append(
        lowercaseToken: index < headers.count
          ? headers[index].name : secretHeaders[index - headers.count].name)
      let name = self.names[start..<self.names.count]
      if UnsignedHeaders.contains(name) { continue }
      if !excluded.isEmpty, excluded.contains(where: { HTTPText.equal(name.span, $0.utf8.span) }) {
        continue
      }
      insert(Entry(name: name, index: index))
    }
  }

  /// Inserts behind all that are not greater: few headers, mostly sorted already.
  private mutating func insert(_ entry: Entry) {
    var place = count
    while place > 0, entry.name.lexicographicallyPrecedes(entries[place - 1].name) {
      entries[place] = entries[place - 1]
      place -= 1
    }
    entries[place] = entry
    count += 1
  }

  /// Appends `name:value` lines; the values of a repeated name are joined by commas, in order.
  private func appendLines(to text: inout CanonicalText) throws(SigningError) {
    for place in 0..<count {
      if isRepeated(place) {
        text.append(",")
      } else {
        if place > 0 { text.append("\n") }
        text.append(entries[place].name)
        text.append(":")
      }
      let index = entries[place].index
      if index < headers.count {
        try text.append(trimmed: headers[index].value.utf8.span)
      } else {
        try secretHeaders[index - headers.count].value.withUnsafeBytes {
          (bytes) throws(SigningError) in
          try text.append(trimmed: bytes.bindMemory(to: UInt8.self).span)
        }
      }
    }
    text.append("\n")
  }

  /// Appends the names, `content-type;host;x-amz-date`. Returns where they stand.
  private func appendNames(to text: inout CanonicalText) -> Range<Int> {
    let start = text.count
    for place in 0..<count where !isRepeated(place) {
      if place > 0 { text.append(";") }
      text.append(entries[place].name)
    }
    return start..<text.count
  }

  private func isRepeated(_ place: Int) -> Bool {
    place > 0 && HTTPText.identical(entries[place].name, entries[place - 1].name)
  }
}

extension CanonicalText {
  /// Appends a header's name in lowercase.
  fileprivate mutating func append(lowercaseToken name: String) throws(SigningError) {
    let bytes = name.utf8.span
    guard !bytes.isEmpty else { throw .invalidHeaderName }
    let lowercase = next(bytes.count)
    for index in bytes.indices {
      guard let byte = HTTPText.lowercasedToken(bytes[index]) else { throw .invalidHeaderName }
      lowercase[index] = byte
    }
  }

  /// The specification's `Trimall`: no blanks at the ends, one space for each run within.
  ///
  /// Whole words are copied at once.
  fileprivate mutating func append(trimmed bytes: Span<UInt8>) throws(SigningError) {
    var isFirst = true
    var wordStart = 0
    while wordStart < bytes.count {
      var end = wordStart
      while end < bytes.count, !HTTPText.isBlank(bytes[end]), bytes[end] != 0 { end += 1 }
      if end > wordStart {
        if !isFirst { append(" ") }
        isFirst = false
        append(bytes.extracting(wordStart..<end))
      }
      if end < bytes.count, HTTPText.endsLine(bytes[end]) { throw .invalidHeaderValue }
      wordStart = end + 1
    }
  }
}
