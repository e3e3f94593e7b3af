/// Reads a log line by line from its beginning, in little memory whatever the file holds.
struct AuditLineReader {
  struct Line {
    /// Counted from 1.
    var number: Int
    /// Without the newline. Of a line that no entry could be, only a part: the others follow.
    var bytes: ArraySlice<UInt8>
    var startsLine: Bool
    var endsLine: Bool
  }

  private let storage: any AuditStorage
  private var buffer: ArraySlice<UInt8> = []
  private var offset = 0
  private var number = 1
  private var startsLine = true

  init(_ storage: any AuditStorage) { self.storage = storage }

  mutating func next() throws(AuditFailure) -> Line? {
    let newline = UInt8(ascii: "\n")
    var end = buffer.firstIndex(of: newline)
    if end == nil, buffer.count < AuditEntry.lineLimit {
      let more = try storage.read(at: offset, count: AuditEntry.lineLimit)
      offset += more.count
      buffer = ArraySlice(Array(buffer) + more)
      end = buffer.firstIndex(of: newline)
    }
    guard !buffer.isEmpty else { return nil }

    let line = Line(
      number: number, bytes: buffer[..<(end ?? buffer.endIndex)], startsLine: startsLine,
      endsLine: end != nil)
    buffer = end.map { buffer[($0 + 1)...] } ?? []
    startsLine = end != nil
    number += end == nil ? 0 : 1
    return line
  }
}
