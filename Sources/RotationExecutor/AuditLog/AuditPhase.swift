/// Whether an entry announces a change or tells what came of it.
package enum AuditPhase: String, Sendable, Codable {
  case intent
  case outcome
}
