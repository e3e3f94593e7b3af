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
    /// The keys that there were when it put its intent, by its own word.
    package var knownKeyIds: Set<AccessKeyID> = []
    /// The keys that it was to replace as compromised, by its own word.
    package var compromised: Set<AccessKeyID> = []
    /// The key that it had found published, by its own word.
    package var published: AccessKeyID?
    /// It was to revoke the sessions of such a key, too, by its own word.
    package var revokes = false
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
      before = []
    }
    holder = Holder(
      run: run, version: version.number, takenAt: version.at,
      knownKeyIds: Set(intent.knownKeyIds.map { AccessKeyID($0) }),
      compromised: Set((intent.compromised ?? []).map { AccessKeyID($0) }),
      published: document.state.published?.id,
      revokes: intent.revokes == true)
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
  }

  /// Who took the lease since the last state and didn't give it back, oldest first.
  package var open: [Holder] { before + [holder].compactMap(\.self) }

  /// What the runs left that took the lease after the last state, the one named excepted.
  ///
  /// The lease is whoever's the history says, so that all hosts agree. But of what an intent says,
  /// nothing counts unless it is believed to be this program's: its time is no tenure, in which keys
  /// would be this program's, and the keys that it names mean nothing.
  package func unfinished(
    except runId: String?, believing: (Holder) -> Bool = { _ in true }
  ) -> Unfinished? {
    let others = open.filter { $0.run.runId != runId }
    guard let last = others.last else { return nil }
    let believed = others.filter(believing)
    return Unfinished(
      holder: last.run, tenures: believed.map { Tenure(since: $0.takenAt, until: $0.end) },
      knownKeyIds: knownKeyIds(believing: believing),
      compromised: believed.reduce(into: []) { $0.formUnion($1.compromised) },
      // Whoever says so: it can only keep a key from being taken for an orphan.
      foundPublished: Set(others.compactMap(\.published)),
      revokes: believed.contains(where: \.revokes))
  }

  /// The keys that there were at the first believed intent after the last state. Which ones were
  /// known at first, no later intent changes.
  package func knownKeyIds(believing: (Holder) -> Bool = { _ in true }) -> Set<AccessKeyID> {
    open.first(where: believing)?.knownKeyIds ?? []
  }
}

/// One version of the record.
package struct RecordVersion: Sendable, Equatable {
  package var number: Int
  /// Parameter Store's own time.
  package var at: Date
  /// Nil where this version can't be read as a record.
  package var document: RecordDocument?
  /// As it stands in Parameter Store: what a proof is over.
  package var text: String
  /// The ARN of whoever put it, by AWS's word; nil where the read didn't say.
  package var writer: String?

  package init(
    number: Int, at: Date, document: RecordDocument?, text: String = "", writer: String? = nil
  ) {
    self.number = number
    self.at = at
    self.document = document
    self.text = text
    self.writer = writer
  }
}
