internal import Glibc

/// Why a file was not read or written.
package enum FileFailure: Error, Sendable, Equatable {
  /// No regular file can be seen there. SDKs treat that as "not configured".
  case missing
  /// It is there and can't be used: no permission, an input error. The reason in words.
  case unreadable(String)
  /// It is longer than the limit, in bytes.
  case tooLarge(limit: Int)

  package var reason: String {
    switch self {
    case .missing: "no such file"
    case .unreadable(let reason): reason
    case .tooLarge(let limit): "it is longer than \(limit) bytes"
    }
  }

  /// From an `errno`.
  static func system(_ code: Int32) -> FileFailure {
    .unreadable(words(code))
  }

  /// With the `errno` of the call that just failed.
  static func system(_ what: String) -> FileFailure { .unreadable("\(what): \(words(errno))") }

  private static func words(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }
}
