internal import Glibc

/// The program's two outputs. Its input is read by `Confirmation` alone.
enum Console {
  /// Whether all of it was written.
  @discardableResult
  static func out(_ text: String) -> Bool { write(Array(text.utf8), STDOUT_FILENO) }

  /// For people: diagnostics, progress.
  static func error(_ text: String) { write(Array((text + "\n").utf8), STDERR_FILENO) }

  @discardableResult
  static func write(_ bytes: some Collection<UInt8>, _ descriptor: Int32) -> Bool {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      // Whoever stopped reading, as `head` does, has seen enough.
      guard count > 0 else { return errno == EPIPE }
      rest = rest.dropFirst(count)
    }
    return true
  }

  static var outIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
