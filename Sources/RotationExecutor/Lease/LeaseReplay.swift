package import RotationPlanner
package import struct FoundationEssentials.Date

/// The record's history, replayed: who holds the lease, and what the newest state is.
///
/// Parameter Store has no compare-and-set. But every put gets a version number, so all hosts agree
/// on the order; and each version carries AWS's own time, so all agree on what had run out.
package struct LeaseReplay: Sendable, Equatable {
  package struct Holder: Sendable, Equatable {
    package var run: LeaseHolder
    package var version: Int
    package var takenAt: Date
    package var end: Date { takenAt + Lease.duration }
  }

  /// The newest state that counts.
  package private(set) var state: RecordDocument?
  /// The version that it is.
  package private(set) var stateVersion: Int?
  /// Who took the lease last and didn't give it back; its time may be over.
  package private(set) var holder: Holder?
  /// Who held it before, since the last state, without giving it back; oldest first.
  package private(set) var before: [Holder] = []
  /// The keys that there were at the first intent after the last state.
  package private(set) var knownKeyIds: Set<AccessKeyID> = []
  /// The keys that any of them was to replace as compromised.
  package private(set) var compromised: Set<AccessKeyID> = []

  /// `versions` are those that Parameter Store still keeps, oldest first. What isn't a record
  /// counts for nothing.
  package init(_ versions: [RecordVersion]) {
    for version in versions {
      guard let document = version.document else { continue }
      if let intent = document.inFlight {
        take(version, document, intent)
      } else {
        settle(version, document, isFirst: version.number == versions.first?.number)
      }
    }
  }

  private mutating func take(
    _ version: RecordVersion, _ document: RecordDocument, _ intent: RecordDocument.InFlight
  ) {
    let run = LeaseHolder(runId: intent.runId, host: intent.host)
    if let holder {
      // Under one host's lock no two runs live at once, so its next run may say: that one is dead.
      let declaredDead = intent.takesOver == holder.run.runId && intent.host == holder.run.host
      guard declaredDead || version.at >= holder.end else { return }  // void
      before.append(holder)
    } else {
      knownKeyIds = Set(intent.knownKeyIds.map { AccessKeyID($0) })
      compromised = []
      before = []
    }
    compromised.formUnion((intent.compromised ?? []).map { AccessKeyID($0) })
    holder = Holder(run: run, version: version.number, takenAt: version.at)
  }

  private mutating func settle(_ version: RecordVersion, _ document: RecordDocument, isFirst: Bool)
  {
    // The first version that is kept has no history to be judged by. Any other must be the
    // holder's own: a run that stalled and woke up too late can't undo what came after it.
    guard isFirst || (holder != nil && holder?.run.runId == document.runId) else { return }
    state = document
    stateVersion = version.number
    holder = nil
    before = []
    knownKeyIds = []
    compromised = []
  }

  /// What the runs left that took the lease after the last state, the one named excepted.
  package func unfinished(except runId: String?) -> Unfinished? {
    let open = before + (holder.map { $0.run.runId == runId ? [] : [$0] } ?? [])
    guard let first = open.first, let last = open.last else { return nil }
    var left = Unfinished(
      holder: last.run, since: first.takenAt, until: first.end, knownKeyIds: knownKeyIds,
      compromised: compromised)
    left.tenures += open.dropFirst().map { Tenure(since: $0.takenAt, until: $0.end) }
    return left
  }
}

/// One version of the record.
package struct RecordVersion: Sendable, Equatable {
  package var number: Int
  /// Parameter Store's own time.
  package var at: Date
  /// Nil where this version can't be read as a record.
  package var document: RecordDocument?

  package init(number: Int, at: Date, document: RecordDocument?) {
    self.number = number
    self.at = at
    self.document = document
  }
}
