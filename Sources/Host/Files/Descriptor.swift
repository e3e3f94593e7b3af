internal import Glibc
package import LibCrypto

/// Reading and writing an open file, which the kernel may do piece by piece.
package enum Descriptor {
  /// All that is left to read. It may be a secret, so no copy stays behind.
  /// - Parameter limit: in bytes. More is `tooLarge`; /dev/zero has no end.
  package static func readAll(
    _ descriptor: Int32, limit: Int
  ) throws(FileFailure) -> SecretBytes {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limit + 1, alignment: 16)
    var count = 0
    defer {
      if let base = buffer.baseAddress { explicit_bzero(base, count) }
      buffer.deallocate()
    }
    while count <= limit {
      let got = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), limit + 1 - count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .system(errno) }
      if got == 0 {
        return SecretBytes(copying: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
      count += got
    }
    throw .tooLarge(limit: limit)
  }

  /// Writes all of the bytes. False where that failed; `errno` says why.
  package static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
