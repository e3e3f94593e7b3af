/// Why a line is no entry of the log.
package enum AuditLineDefect: Error, Sendable, Equatable {
  /// Not JSON, not the right keys, or too long.
  case notAnEntry
  /// An entry, but not the one that was written: its bytes were changed since.
  case hashMismatch
}
