/// Reads a log line by line from its end, in little memory whatever the file holds.
struct AuditLinesBackward {
  struct Line {
    /// Without the newline.
    var bytes: ArraySlice<UInt8>
    /// False for what no entry can be: without a newline at the end, or longer than any entry. Of
    /// the latter `bytes` has only a part.
    var isWhole: Bool
  }

  /// What is looked for is among the newest, as a rule.
  private static let smallestBlock = 2 << 10
  private static let largestBlock = 256 << 10

  private let storage: any AuditStorage
  /// Where the line begins that was given out last.
  private(set) var offset: Int
  /// Read, and not yet given out: the bytes before `offset`, less the newline that ends them.
  private var buffer: ArraySlice<UInt8> = []
  private var unread: Int
  private var block = Self.smallestBlock
  private var isAtEnd = true
  private var isTooLong = false

  /// - Parameter end: in bytes; what comes after it isn't looked at.
  init(_ storage: any AuditStorage, from end: Int) {
    self.storage = storage
    offset = end
    unread = end
  }

  mutating func next() throws(AuditFailure) -> Line? {
    let newline = UInt8(ascii: "\n")
    var searched = 0  // bytes at the end of the buffer that hold no newline
    while true {
      if let before = buffer.dropLast(searched).lastIndex(of: newline) {
        let line = take(from: before + 1)
        buffer = buffer[..<before]
        if let line { return line }
        searched = 0
        continue
      }
      guard unread > 0 else {
        guard offset > 0 else { return nil }
        let line = take(from: buffer.startIndex)
        buffer = []
        offset = 0
        return line
      }
      searched = buffer.count
      if searched > AuditEntry.lineLimit {
        isTooLong = true
        buffer = []
        searched = 0
      }
      let start = max(0, unread - block)
      buffer = ArraySlice(try storage.read(at: start, count: unread - start) + buffer)
      unread = start
      block = min(2 * block, Self.largestBlock)
    }
  }

  /// - Returns: nil for the nothing that follows the last newline of a file.
  private mutating func take(from index: Int) -> Line? {
    let bytes = buffer[index...]
    let isWhole = !isAtEnd && !isTooLong
    let isNothing = isAtEnd && bytes.isEmpty && !isTooLong
    offset = unread + (index - buffer.startIndex)
    isAtEnd = false
    isTooLong = false
    return isNothing ? nil : Line(bytes: bytes, isWhole: isWhole)
  }
}
