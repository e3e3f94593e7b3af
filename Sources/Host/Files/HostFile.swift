internal import Glibc

/// Reads a file that is no secret.
package enum HostFile {
  /// Why there is nothing to read.
  package enum Failure: Error, Sendable, Equatable {
    case missing
    case noPermission
    case tooLarge
    /// In the system's words.
    case other(String)
  }

  /// The whole file, or a pipe to its end.
  /// - Parameter limit: in bytes. More is `tooLarge`; /dev/zero has no end.
  package static func read(_ path: String, limit: Int) -> Result<[UInt8], Failure> {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { return .failure(failure(errno)) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = chunk.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return .failure(failure(errno)) }
      if count == 0 { return .success(bytes) }
      guard bytes.count + count <= limit else { return .failure(.tooLarge) }
      bytes += chunk.prefix(count)
    }
  }

  private static func failure(_ code: Int32) -> Failure {
    switch code {
    case ENOENT, ENOTDIR: .missing
    case EACCES, EPERM: .noPermission
    default: .other(strerror(code).map { String(cString: $0) } ?? "error \(code)")
    }
  }
}
