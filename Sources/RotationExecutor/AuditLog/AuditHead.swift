/// Where the log's chain ends: the newest entry's number and hash. It also goes into each record,
/// so that a log that was cut short is found out.
package struct AuditHead: Hashable, Sendable, Codable {
  /// Counts entries from 1; 0 before the first.
  package var sequence: Int
  /// SHA-256 of that entry, 64 lowercase hexadecimal digits.
  package var hash: String

  package init(sequence: Int, hash: String) {
    self.sequence = sequence
    self.hash = hash
  }

  /// What the first entry of a new log follows.
  package static let genesis = AuditHead(sequence: 0, hash: String(repeating: "0", count: 64))
}
