/// The log's own entries. All others carry an API operation's name.
package enum AuditAction {
  /// Accounts for bytes that a crash or a full disk left unfinished just before this entry.
  package static let sealTornLine = "SealTornLine"
  /// The first entry of a file whose chain began in an older one.
  package static let continueLog = "ContinueLog"
  /// What a file begins with that goes on from an older one.
  static let beginnings: Set<String> = [continueLog, sealTornLine]
}
