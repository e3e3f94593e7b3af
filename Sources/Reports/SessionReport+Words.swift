internal import RotationPlanner
internal import struct FoundationEssentials.Date

extension SessionReport {
  /// Whether the last one has ended; what isn't known is not over.
  func isOver(at now: Date?) -> Bool {
    guard let expiresAt, let now else { return false }
    return expiresAt <= now
  }

  /// For people: how the published session stands.
  func inWords(at now: Date?) -> String {
    guard let expiresAt else { return "none is published yet" }
    if isOver(at: now) { return "the published one ended \(expiresAt.inWords)" }
    let renewal = renewAt.map { date in
      now.map { date <= $0 } == true ? "; to be renewed now" : "; renewed from \(date.inWords) on"
    }
    return "the published one is good until \(expiresAt.inWords)\(renewal ?? "")"
  }
}
