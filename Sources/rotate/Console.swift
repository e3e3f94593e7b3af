internal import Glibc

internal import LibCrypto

/// The program's two outputs. Its input is read by `Confirmation` alone.
///
/// Everything for standard output goes this way, the parser's own words too: what didn't arrive is
/// remembered, and `Rotate.leave` says so, whichever command it was.
enum Console {
  private static let loss = Locked<Int32?>(nil)

  /// Whether all of it was written.
  @discardableResult
  static func out(_ text: String) -> Bool { out(Array(text.utf8)) }

  @discardableResult
  static func out(_ bytes: some Collection<UInt8>) -> Bool {
    if write(bytes, STDOUT_FILENO) { return true }
    let error = errno
    loss.withLock { $0 = error }
    return false
  }

  /// Why something didn't arrive at standard output, in the system's words; nil where all did. Asked
  /// once, by whoever tells it.
  static func takeLoss() -> String? {
    // Some file systems say only now that there was no room.
    if close(STDOUT_FILENO) != 0, errno != EBADF, errno != EINTR {
      let error = errno
      loss.withLock { $0 = $0 ?? error }
    }
    return loss.withLock { loss in
      defer { loss = nil }
      return loss.map { String(cString: strerror($0)) }
    }
  }

  /// It is told already.
  static func forgetLoss() { loss.withLock { $0 = nil } }

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
