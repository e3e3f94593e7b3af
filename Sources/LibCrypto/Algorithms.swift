internal import CLibCrypto
internal import Glibc

/// The algorithms, fetched once for the life of the process.
///
/// OpenSSL 3 looks an algorithm up in its providers, under a lock, on every `EVP_sha256()` that
/// is used. A fetched one may be shared between threads; it is never freed.
enum Algorithms {
  nonisolated(unsafe) static let sha256 = required(
    EVP_MD_fetch(nil, "SHA2-256", nil), "offers no SHA-256")
  nonisolated(unsafe) static let hmac = required(
    EVP_MAC_fetch(nil, "HMAC", nil), "offers no HMAC")

  /// The value, or the end of the process.
  ///
  /// Without these algorithms, or without memory, nothing can be signed and no id is random. There
  /// is no state to save, and no caller that could go on: stopping is the one safe answer.
  static func required<Value>(_ value: Value?, _ problem: StaticString) -> Value {
    guard let value else { stop(problem) }
    return value
  }

  /// As `required`, for the calls that return 1 when they succeed.
  static func require(_ status: CInt, _ problem: StaticString) {
    if status != 1 { stop(problem) }
  }

  /// Says why and leaves with 1, the exit code of whatever failed. A trap would be a crash, whose
  /// core dump holds secrets; `_exit` runs no handler that might want to hash again.
  private static func stop(_ problem: StaticString) -> Never {
    say("rotate: libcrypto ")
    say(problem)
    say(
      """
      ; nothing can be signed. Look at `openssl list -providers` and at what OPENSSL_CONF and \
      OPENSSL_MODULES name.

      """)
    _exit(1)
  }

  private static func say(_ text: StaticString) {
    _ = text.withUTF8Buffer { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
