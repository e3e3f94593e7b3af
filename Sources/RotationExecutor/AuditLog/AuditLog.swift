internal import LibCrypto

/// The audit log: entries chained by hashes, on a storage that only grows.
///
/// One run at a time (`RunLock`), any number of its threads.
package final class AuditLog: AuditTrail, @unchecked Sendable {
  /// How far back intents without an outcome are looked for, in bytes: many times what a run writes
  /// while one of its calls is under way.
  package static let lookBack = 4 << 20

  private let storage: any AuditStorage
  /// The file that this one goes on from, while this one has no entry.
  private let older: AuditLog?
  /// Opens the file that this one went on from, to look for an anchor there; nil if there is none
  /// that can be read.
  private let openOlder: @Sendable () -> AuditLog?
  private let mutex = PosixMutex()
  package let isNew: Bool

  // All of these are touched under the mutex only.
  private var tail: AuditTail
  /// A write failed: only the storage knows how much of it is there.
  private var tailIsStale = false
  private var unsynced = false
  /// Whether the intents of earlier runs have their outcome.
  private var settled = false
  /// After a failed sync the kernel may have dropped the bytes and report success the next time:
  /// nothing that this process writes can be called durable any more.
  private var distrust: AuditFailure?
  /// The file's first entry, once it was looked for.
  private var beginning: (sequence: Int, entry: AuditEntry?)?
  /// What `openOlder` gave, once it was asked.
  private var opened: AuditLog??

  /// - Parameters:
  ///   - older: the log that a new, empty one goes on from, after log rotation.
  ///   - openOlder: the same for one that has entries, where an anchor is older than those.
  package init(
    storage: any AuditStorage, older: AuditLog? = nil,
    openOlder: @escaping @Sendable () -> AuditLog? = { nil }
  ) throws(AuditFailure) {
    self.storage = storage
    self.older = older
    self.openOlder = openOlder
    tail = try AuditTail.find(in: storage)
    isNew = tail.head == nil && older?.head ?? .genesis == .genesis
  }

  /// Opens the log at `path`, creating it where it doesn't exist. Take the `RunLock` first: where
  /// the chain ends is read here, and must not move. A new log goes on from
  /// `path` + `.1`, where logrotate puts the old one, if that is there.
  package static func open(path: String) throws(AuditFailure) -> AuditLog {
    let openOlder = { @Sendable in toSearch(path, 1) }
    let log = try AuditLog(storage: AuditFile.openToAppend(path), openOlder: openOlder)
    guard log.tail.head == nil, let older = try AuditFile.openToAppend(ifExists: path + ".1")
    else { return log }
    return try AuditLog(
      storage: log.storage,
      older: AuditLog(storage: older, openOlder: { toSearch(path, 2) }))
  }

  /// A file that log rotation put away. Nothing depends on it but whether an old anchor is found.
  private static func toSearch(_ path: String, _ number: Int) -> AuditLog? {
    guard let file = try? AuditFile.openToSearch("\(path).\(number)") else { return nil }
    return try? AuditLog(storage: file, openOlder: { toSearch(path, number + 1) })
  }

  package var head: AuditHead { mutex.withLock { currentHead } }

  package func recordIntents(_ drafts: [AuditDraft]) throws(AuditFailure) -> [AuditHead] {
    try mutex.withLock { () throws(AuditFailure) in
      let heads = try append(drafts)
      try flush()
      return heads
    }
  }

  package func recordOutcome(
    _ draft: AuditDraft, of intent: AuditHead, _ result: AuditResult, requestId: String?
  ) throws(AuditFailure) {
    let outcome = draft.outcome(of: intent.sequence, result, requestId: requestId)
    _ = try mutex.withLock { () throws(AuditFailure) in try append([outcome]) }
  }

  package func accountForEarlierRuns(_ draft: AuditDraft) throws(AuditFailure) {
    try mutex.withLock { () throws(AuditFailure) in
      guard !settled else { return }
      guard try !unresolved().isEmpty else {
        settled = true
        return
      }
      _ = try append([], speaking: draft)
      try flush()
    }
  }

  package func sync() throws(AuditFailure) {
    try mutex.withLock { () throws(AuditFailure) in try flush() }
  }

  package func unresolvedIntents() throws(AuditFailure) -> [AuditEntry] {
    try mutex.withLock { () throws(AuditFailure) in settled ? [] : try unresolved() }
  }

  package func find(_ anchor: AuditHead) throws(AuditFailure) -> AuditAnchor.Finding {
    try mutex.withLock { () throws(AuditFailure) in
      let head = currentHead
      if anchor.sequence > head.sequence { return .missing }
      if anchor.sequence == head.sequence { return anchor == head ? .found : .differs }
      return try search(anchor)
    }
  }

  // MARK: - Under the mutex

  private var currentHead: AuditHead { tail.head ?? older?.head ?? .genesis }

  /// Looks for an anchor that comes before the newest entry: in this file, or in the one whose
  /// chain it goes on.
  private func search(_ anchor: AuditHead) throws(AuditFailure) -> AuditAnchor.Finding {
    guard let head = tail.head else {
      guard let older else { return .outOfReach }
      return try older.mutex.withLock { () throws(AuditFailure) in try older.search(anchor) }
    }
    let search = AuditSearch(storage, end: tail.end, newest: head.sequence)
    if beginning == nil { beginning = try search.first() }
    let first = beginning?.sequence ?? 1
    if anchor.sequence >= first {
      let entry = try search.entry(anchor.sequence, from: first)
      return entry?.head == anchor ? .found : .differs
    }
    // Only log rotation leaves a file that begins in the middle of a chain.
    guard let entry = beginning?.entry,
      entry.sequence == 1 || AuditAction.beginnings.contains(entry.action)
    else { return .differs }
    let before = AuditHead(sequence: entry.sequence - 1, hash: entry.previousHash)
    guard let older = older ?? openedOlder(), older.head == before else { return .outOfReach }
    if anchor.sequence == before.sequence { return anchor == before ? .found : .differs }
    return try older.mutex.withLock { () throws(AuditFailure) in try older.search(anchor) }
  }

  private func openedOlder() -> AuditLog? {
    if let opened { return opened }
    let older = openOlder()
    opened = .some(older)
    return older
  }

  private func flush() throws(AuditFailure) {
    if let distrust { throw distrust }
    guard unsynced else { return }
    do throws(AuditFailure) {
      try storage.sync()
    } catch {
      distrust = AuditFailure(
        .distrusted, error.path,
        "\(error.problem), so this run can't trust the file any more",
        advice: "Nothing more is changed. \(error.advice)")
      throw error
    }
    unsynced = false
  }

  /// Writes the drafts, and before them whatever is owed: the seal of a tear, the continuation of
  /// an older file, the outcome of what earlier runs left open. All in one write.
  private func append(
    _ drafts: [AuditDraft], speaking: AuditDraft? = nil
  ) throws(AuditFailure) -> [AuditHead] {
    if let distrust { throw distrust }
    guard let first = speaking ?? drafts.first else { return [] }
    try refreshTail()
    try older?.sealTear(as: first)

    var bytes: [UInt8] = []
    var head = currentHead
    let owed =
      try sealIfTorn(as: first, into: &bytes) + continuation(as: first) + accounts(as: first)
    var heads: [AuditHead] = []
    for draft in owed + drafts {
      let entry = AuditEntry(draft, after: head)
      let line = entry.line + [UInt8(ascii: "\n")]
      guard line.count <= AuditEntry.lineLimit else { throw tooLong(line.count, draft) }
      bytes += line
      head = entry.head
      heads.append(head)
    }

    tailIsStale = true
    unsynced = true
    try storage.append(bytes)
    tailIsStale = false
    settled = true
    tail = AuditTail(head: head, end: tail.size + bytes.count, size: tail.size + bytes.count)
    return Array(heads.dropFirst(owed.count))
  }

  private func refreshTail() throws(AuditFailure) {
    if tailIsStale {
      tail = try AuditTail.find(in: storage)
      tailIsStale = false
    }
    let size = try storage.size()
    guard size == tail.size else {
      throw AuditFailure(
        .changedUnderneath, storage.path,
        "somebody else changed it during the run: \(tail.size) bytes became \(size)",
        advice: "Nothing more is changed. Find out what writes to it, then run `rotate audit "
          + "verify`; log rotation must rename the file, not copy and cut it.")
    }
  }

  private func sealIfTorn(
    as draft: AuditDraft, into bytes: inout [UInt8]
  ) throws(AuditFailure) -> [AuditDraft] {
    guard tail.isTorn else { return [] }
    let torn = try storage.read(at: tail.end, count: tail.size - tail.end)
    bytes += AuditTear.mark
    let detail = AuditTear.detail(torn, hash: SHA256.hexDigest(of: torn))
    return [own(AuditAction.sealTornLine, detail, as: draft)]
  }

  /// Seals the tear at the end of an older file, where it stands.
  private func sealTear(as draft: AuditDraft) throws(AuditFailure) {
    try mutex.withLock { () throws(AuditFailure) in
      guard tailIsStale || tail.isTorn else { return }
      try refreshTail()
      guard tail.isTorn else { return }
      var bytes: [UInt8] = []
      for seal in try sealIfTorn(as: draft, into: &bytes) {
        let entry = AuditEntry(seal, after: currentHead)
        tailIsStale = true
        try storage.append(bytes + entry.line + [UInt8(ascii: "\n")])
      }
      try refreshTail()
      unsynced = true
      try flush()
    }
  }

  private func continuation(as draft: AuditDraft) -> [AuditDraft] {
    guard tail.head == nil, let older, older.head.sequence > 0 else { return [] }
    return [own(AuditAction.continueLog, "after \(older.storage.path)", as: draft)]
  }

  private func accounts(as draft: AuditDraft) throws(AuditFailure) -> [AuditDraft] {
    guard !settled else { return [] }
    return try unresolved().map { intent in
      let account = AuditDraft(
        time: draft.time, runId: draft.runId, host: draft.host, actor: intent.actor,
        user: intent.user, accessKeyId: intent.accessKeyId, action: intent.action,
        detail: "run \(intent.runId) ended before it recorded an answer")
      return account.outcome(of: intent.sequence, .unknown, requestId: nil)
    }
  }

  private func own(_ action: String, _ detail: String, as draft: AuditDraft) -> AuditDraft {
    AuditDraft(
      time: draft.time, runId: draft.runId, host: draft.host, action: action, detail: detail
    ).outcome(of: nil, .ok, requestId: nil)
  }

  private func tooLong(_ count: Int, _ draft: AuditDraft) -> AuditFailure {
    AuditFailure(
      .entryTooLong, storage.path,
      "an entry for \(draft.action) would have \(count) bytes, more than \(AuditEntry.lineLimit)",
      advice: "Nothing was changed. A user's name or ARN of that length can't be right.")
  }

  /// What a run writes first accounts for all that earlier runs left open. So only the entries of
  /// the newest run can be open.
  private func unresolved() throws(AuditFailure) -> [AuditEntry] {
    guard tail.head != nil else {
      guard let older else { return [] }
      return try older.mutex.withLock { () throws(AuditFailure) in try older.unresolved() }
    }
    var newest: ArraySlice<UInt8>?
    var answered: Set<Int> = []
    var open: [AuditEntry] = []  // newest first
    var lines = AuditLinesBackward(storage, from: tail.end)
    while tail.end - lines.offset < Self.lookBack, let line = try lines.next() {
      // Lines in between may be tears, which are no entries.
      guard line.isWhole, let outline = AuditOutline(line.bytes), let process = outline.process
      else { continue }
      guard newest == nil || newest == process else { break }
      newest = process
      if !outline.isIntent {
        if let intent = outline.intent { answered.insert(intent) }
      } else if !answered.contains(outline.sequence),
        let entry = try? AuditEntry(line: line.bytes)
      {
        open.append(entry)
      }
    }
    return open.reversed()
  }
}
