package import RotationExecutor
package import RotationPlanner

/// The real audit log over a storage in memory; it knows which intents are open and durable.
package final class WatchedTrail: AuditTrail, @unchecked Sendable {
  package let storage: AuditMemory
  private let log: AuditLog
  /// With the log's length that makes each durable.
  private var open: [Int: (draft: AuditDraft, end: Int)] = [:]
  /// The announced changes that AWS has made, by their intents.
  private var made: Set<Int> = []
  /// Changes that AWS has made and the log says were not.
  private(set) var denied: [String] = []

  package init(_ storage: AuditMemory) throws(AuditFailure) {
    self.storage = storage
    log = try AuditLog(storage: storage)
  }

  /// The process is dead: nothing is written any more.
  var isDead = false

  private func live() throws(AuditFailure) {
    guard !isDead else {
      throw AuditFailure(.cannotWrite, storage.path, "the process is dead", advice: "")
    }
  }

  package func announces(_ action: String, _ key: AccessKeyID?) -> Bool {
    let durable = storage.durableSize
    return open.values.contains { draft, end in
      draft.action == action && (key == nil || draft.accessKeyId == key?.rawValue)
        && end <= durable
    }
  }

  /// AWS has made a change; of a parameter, by its name.
  func noteMade(_ action: String, _ key: AccessKeyID?, _ name: String?) {
    for (sequence, intent) in open
    where intent.draft.action == action
      && (key == nil || intent.draft.accessKeyId == key?.rawValue)
      && (name.map { intent.draft.detail?.hasPrefix($0) ?? false } ?? true)
    {
      made.insert(sequence)
    }
  }

  package var head: AuditHead { log.head }

  package func recordIntents(_ drafts: [AuditDraft]) throws(AuditFailure) -> [AuditHead] {
    try live()
    let heads = try log.recordIntents(drafts)
    let end = try storage.size()
    for (head, draft) in zip(heads, drafts) { open[head.sequence] = (draft, end) }
    return heads
  }

  package func recordOutcome(
    _ draft: AuditDraft, of intent: AuditHead, _ result: AuditResult, requestId: String?
  ) throws(AuditFailure) {
    try live()
    if result == .failed, made.contains(intent.sequence) { denied.append(draft.action) }
    try log.recordOutcome(draft, of: intent, result, requestId: requestId)
    open[intent.sequence] = nil
  }

  package func accountForEarlierRuns(_ draft: AuditDraft) throws(AuditFailure) {
    try live()
    try log.accountForEarlierRuns(draft)
  }

  package func sync() throws(AuditFailure) {
    try live()
    try log.sync()
  }

  package func unresolvedIntents() throws(AuditFailure) -> [AuditEntry] {
    try log.unresolvedIntents()
  }

  package func find(_ head: AuditHead) throws(AuditFailure) -> AuditAnchor.Finding {
    try log.find(head)
  }
}
