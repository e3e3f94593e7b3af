/// Where a run announces its changes before it makes them, and tells what came of them.
///
/// May be used by several threads at once.
package protocol AuditTrail: AnyObject, Sendable {
  /// The newest entry; it goes into each record.
  var head: AuditHead { get }

  /// Whether there was no entry when this run began: the log is new, or was taken away.
  var isNew: Bool { get }

  /// Announces changes. They are durable when this returns; if it throws, make none of them.
  /// Several at once cost one sync.
  func recordIntents(_ drafts: [AuditDraft]) throws(AuditFailure) -> [AuditHead]

  /// Tells what came of an intent. It becomes durable with the next intent, or by `sync`.
  func recordOutcome(
    _ draft: AuditDraft, of intent: AuditHead, _ result: AuditResult, requestId: String?
  ) throws(AuditFailure)

  /// Records now what came of the intents that earlier runs left open: `unknown`. For a run that
  /// may have nothing else to record; `draft` says who speaks and when. Durable on return.
  func accountForEarlierRuns(_ draft: AuditDraft) throws(AuditFailure)

  /// Makes everything recorded so far durable. To be called before the run ends.
  func sync() throws(AuditFailure)

  /// Intents of earlier runs whose outcome was never recorded, oldest first. The first thing this
  /// run records is preceded by their outcome, `unknown`, without anybody's doing.
  func unresolvedIntents() throws(AuditFailure) -> [AuditEntry]

  /// What the log says of a head that a record of this host holds. Reads some blocks of the file,
  /// however long the log is.
  func find(_ head: AuditHead) throws(AuditFailure) -> AuditAnchor.Finding
}

extension AuditTrail {
  package var isNew: Bool { false }

  /// Announces one change. It is durable when this returns; if it throws, don't make it.
  package func recordIntent(_ draft: AuditDraft) throws(AuditFailure) -> AuditHead {
    try recordIntents([draft])[0]
  }
}
