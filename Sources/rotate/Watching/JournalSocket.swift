internal import Glibc

/// systemd's journal, where this program's output goes there anyway.
struct JournalSocket {
  private static let path = "/run/systemd/journal/socket"

  /// Whether standard output or error is the journal: `JOURNAL_STREAM` names the device and inode
  /// of the stream that systemd has connected, which may have been redirected since.
  static func isConnected(_ environment: [String: String]) -> Bool {
    guard let stream = environment["JOURNAL_STREAM"] else { return false }
    return [STDOUT_FILENO, STDERR_FILENO].contains { descriptor in
      var status = stat()
      return fstat(descriptor, &status) == 0 && stream == "\(status.st_dev):\(status.st_ino)"
    }
  }

  /// Never waits: what a busy journal doesn't take is lost, and stands in the report all the same.
  static func send(_ entries: [JournalEntry]) {
    let socket = Glibc.socket(
      AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard socket >= 0 else { return }
    defer { close(socket) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    for entry in entries {
      let bytes = entry.bytes
      withUnsafePointer(to: &address) { address in
        address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = sendto(socket, bytes, bytes.count, 0, $0, length)
        }
      }
    }
  }
}
