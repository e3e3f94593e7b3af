/// The canonical forms are written as bytes into memory that is allocated once: most of the time
/// of a signature that isn't hashing goes into moving text.
typealias CanonicalText = OutputSpan<UInt8>

extension [UInt8] {
  /// Bytes that `write` appends, at most so many.
  ///
  /// `init(capacity:initializingWith:)` does the same, and so far takes 50 ns longer, since it
  /// isn't specialised.
  @inline(__always)
  init<Failure: Error>(
    canonical capacity: Int, _ write: (inout CanonicalText) throws(Failure) -> Void
  ) throws(Failure) {
    var failure: Failure?
    self.init(unsafeUninitializedCapacity: capacity) { buffer, count in
      var text = CanonicalText(buffer: buffer, initializedCount: 0)
      do throws(Failure) { try write(&text) } catch { failure = error }
      count = text.finalize(for: buffer)
    }
    if let failure { throw failure }
  }
}

extension OutputSpan<UInt8> {
  mutating func append(_ bytes: Span<UInt8>) {
    withUnsafeMutableBufferPointer { buffer, count in
      bytes.withUnsafeBufferPointer { source in
        count = buffer[count...].initialize(fromContentsOf: source)
      }
    }
  }

  mutating func append(_ text: String) {
    // Inlined, and so far quicker than `utf8Span`; native strings always have such storage.
    let isContiguous: Void? = text.utf8.withContiguousStorageIfAvailable { append($0.span) }
    if isContiguous == nil { for byte in text.utf8 { append(byte) } }
  }

  mutating func append(_ character: Unicode.Scalar) { append(UInt8(ascii: character)) }
}
