internal import Glibc

/// The terminal of whoever started the program, wherever its inputs and outputs lead. A service has
/// none.
enum Terminal {
  /// Asks, and reads one line. Nil: there is no terminal, or no answer.
  @Sendable static func ask(_ question: String) -> String? {
    let descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard Console.write(Array(question.utf8), descriptor) else { return nil }
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.count < 256 {
      let got = read(descriptor, &byte, 1)
      if got < 0 && errno == EINTR { continue }
      guard got == 1 else { return nil }
      if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
    return nil
  }
}
