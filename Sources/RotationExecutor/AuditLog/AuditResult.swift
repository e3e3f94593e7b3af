/// What came of an intent.
package enum AuditResult: String, Sendable, Codable {
  case ok
  /// AWS refused it, or it provably never arrived.
  case failed
  /// It may or may not have happened: no answer came, or the run ended before one did.
  case unknown
}
