internal import CLinux
internal import Glibc
package import LibCrypto

/// The host's files.
package struct SystemFiles: FileStore {
  package init() {}

  package func read(_ path: String, limit: Int) throws(FileFailure) -> SecretBytes {
    var status = stat()
    // Where it can't even be seen (a home behind ProtectHome), SDKs take it for missing, too. So
    // they do with what is no regular file: AWS_CONFIG_FILE=/dev/null switches the file off.
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .missing }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(Self.reason(errno)) }
    defer { close(descriptor) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limit + 1, alignment: 16)
    var count = 0
    defer {
      // `SecretBytes` is what wipes; this copy must go, too.
      if let base = buffer.baseAddress { explicit_bzero(base, count) }
      buffer.deallocate()
    }
    while count <= limit {
      let got = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), limit + 1 - count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .unreadable(Self.reason(errno)) }
      if got == 0 {
        return SecretBytes(copying: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
      count += got
    }
    throw .tooLarge(limit: limit)
  }

  package func replace(
    _ path: String, with bytes: borrowing SecretBytes
  ) throws(FileFailure) {
    Self.makeDirectories(above: path)
    var name = Array("\(path).XXXXXX".utf8CString)
    let descriptor = mkostemp(&name, O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(Self.reason(errno)) }
    let isWritten = bytes.withUnsafeBytes { Self.write($0, descriptor) }
    let error = errno
    close(descriptor)
    guard isWritten, rename(name, path) == 0 else {
      let reason = Self.reason(isWritten ? errno : error)
      unlink(name)
      throw .unreadable(reason)
    }
  }

  /// What can't be made is told by the failure to make the file.
  private static func makeDirectories(above path: String) {
    for index in path.indices.dropFirst() where path[index] == "/" {
      mkdir(String(path[..<index]), 0o700)
    }
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return fsync(descriptor) == 0
  }

  private static func reason(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }
}
