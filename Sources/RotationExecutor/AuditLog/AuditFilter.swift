package import struct FoundationEssentials.Date

/// Which entries somebody wants to see. Nil means all.
package struct AuditFilter: Sendable {
  package var user: String?
  package var accessKeyId: String?
  package var runId: String?
  package var since: Date?

  package init(
    user: String? = nil, accessKeyId: String? = nil, runId: String? = nil, since: Date? = nil
  ) {
    self.user = user
    self.accessKeyId = accessKeyId
    self.runId = runId
    self.since = since
  }

  func matches(_ entry: AuditEntry) -> Bool {
    // IAM tells no two names apart by their case.
    (user == nil || user?.lowercased() == entry.user?.lowercased())
      && (accessKeyId == nil || accessKeyId == entry.accessKeyId)
      && (runId == nil || runId == entry.runId)
      && since.map { $0 <= entry.time } ?? true
  }
}
