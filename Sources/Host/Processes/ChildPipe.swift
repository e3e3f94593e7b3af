internal import CLinux
internal import Glibc
internal import LibCrypto

/// One stream of a child process, and what has come from it. It may be a secret, so the memory is
/// wiped at the end.
final class ChildPipe {
  let reader: Int32
  private(set) var writer: Int32
  private(set) var isOpen = true
  private let buffer: UnsafeMutableRawBufferPointer
  private var count = 0

  init(limit: Int) throws(ProcessFailure) {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else { throw .notStarted("no pipe could be made") }
    (reader, writer) = (ends[0], ends[1])
    buffer = .allocate(byteCount: limit, alignment: 16)
  }

  /// In the parent, so that the end of the child is the end of the stream.
  func closeWriter() {
    if writer >= 0 { close(writer) }
    writer = -1
  }

  /// Reads once. False when there is more than the limit; the surplus is gone.
  func take() -> Bool {
    guard count < buffer.count else { return discard() }
    let got = read(reader, buffer.baseAddress?.advanced(by: count), buffer.count - count)
    if got > 0 { count += got } else if got == 0 || errno != EINTR { isOpen = false }
    return true
  }

  private func discard() -> Bool {
    var surplus = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    let got = read(reader, &surplus, MemoryLayout.size(ofValue: surplus))
    if got == 0 || (got < 0 && errno != EINTR) { isOpen = false }
    return got <= 0
  }

  func bytes() -> SecretBytes {
    SecretBytes(copying: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
  }

  func text() -> String {
    String(decoding: buffer[..<count], as: UTF8.self)
  }

  deinit {
    closeWriter()
    close(reader)
    if let base = buffer.baseAddress { explicit_bzero(base, buffer.count) }
    buffer.deallocate()
  }
}
