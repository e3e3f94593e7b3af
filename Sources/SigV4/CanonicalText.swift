internal import LibCrypto

/// Text that is written, as bytes, into memory of a known size: most of the time of a signature
/// that isn't hashing goes into moving text.
///
/// Like `OutputSpan<UInt8>`, in fewer instructions (Swift 6.3). It must not outlive the memory that
/// it is given, and stops the program rather than write beyond it.
struct CanonicalText: ~Copyable {
  private let memory: UnsafeMutableBufferPointer<UInt8>
  /// The number of bytes written so far.
  private(set) var count = 0

  init(in memory: UnsafeMutableBufferPointer<UInt8>) { self.memory = memory }

  /// The bytes written so far.
  var bytes: UnsafeBufferPointer<UInt8> { self[0..<count] }

  /// Some of the bytes written so far.
  subscript(range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    precondition(range.upperBound <= count)
    return UnsafeBufferPointer(rebasing: memory[range])
  }

  /// The memory of the next bytes, which count as written.
  mutating func next(_ byteCount: Int) -> UnsafeMutableBufferPointer<UInt8> {
    precondition(byteCount <= memory.count - count)
    defer { count += byteCount }
    return UnsafeMutableBufferPointer(rebasing: memory[count..<count + byteCount])
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    precondition(count < memory.count)
    memory[count] = byte
    count += 1
  }

  @inline(__always)
  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    _ = next(bytes.count).update(fromContentsOf: bytes)
  }

  mutating func append(_ bytes: Span<UInt8>) {
    bytes.withUnsafeBufferPointer { append($0) }
  }

  mutating func append(contentsOf text: String) { append(text.utf8.span) }

  /// Literals have their own way in, which becomes a store or two; a `String` would be unpacked.
  @inline(__always)
  mutating func append(_ literal: StaticString) { literal.withUTF8Buffer { append($0) } }

  /// Appends two hexadecimal digits for each byte of a digest.
  mutating func append(hex digest: SHA256.Digest) {
    Hex.write(digest.span, to: next(2 * SHA256.Digest.count))
  }
}

extension [UInt8] {
  /// Bytes that `write` appends, at most so many.
  init<Failure: Error>(
    capacity: Int, writing write: (inout CanonicalText) throws(Failure) -> Void
  ) throws(Failure) {
    try self.init(capacity: capacity) { output throws(Failure) in
      try output.withUnsafeMutableBufferPointer { memory, count throws(Failure) in
        var text = CanonicalText(in: memory)
        try write(&text)
        count = text.count
      }
    }
  }
}
