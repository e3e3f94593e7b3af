/// Bytes that may hold a secret, while they come together: a body that arrives, a document that is
/// written.
///
/// No memory that it leaves keeps anything: it is wiped at the end, and when it grows into a larger
/// block, where an array would leave the smaller one as it is.
package final class WipingBuffer {
  private var storage: UnsafeMutableRawBufferPointer
  /// The number of bytes.
  package private(set) var count = 0

  /// An empty buffer, with room for so many bytes before it has to grow.
  package init(capacity: Int = 0) {
    storage = .allocate(byteCount: max(capacity, 64), alignment: 16)
  }

  /// Appends the bytes.
  package func append(_ bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count)
    UnsafeMutableRawBufferPointer(rebasing: storage[count...]).copyMemory(from: bytes)
    count += bytes.count
  }

  /// Appends the bytes of a secret.
  package func append(_ secret: borrowing SecretBytes) {
    secret.withUnsafeBytes { append($0) }
  }

  /// Appends bytes that are no secret, such as a text's.
  package func append(_ bytes: some Collection<UInt8>) {
    reserve(bytes.count)
    storage[count...].copyBytes(from: bytes)
    count += bytes.count
  }

  /// Appends the UTF-8 bytes of what is no secret.
  package func append(_ text: String) { append(text.utf8) }

  /// Appends one byte.
  package func append(_ byte: UInt8) {
    reserve(1)
    storage[count] = byte
    count += 1
  }

  /// Lends the bytes for the duration of the call. Don't let them escape.
  package func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(rebasing: storage[..<count]))
  }

  /// Hands over the memory without a copy. The buffer is empty then.
  package func take() -> SecretBytes {
    let secret = SecretBytes(adopting: storage, count: count)
    storage = .allocate(byteCount: 0, alignment: 16)
    count = 0
    return secret
  }

  private func reserve(_ more: Int) {
    guard more > storage.count - count else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(2 * storage.count, count + more), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<count]))
    release()
    storage = larger
  }

  private func release() {
    wipe(storage)
    storage.deallocate()
  }

  deinit { release() }
}
