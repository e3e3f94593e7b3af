internal import LibCrypto
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// Taking the lease and giving it back: the record's own writes.
extension UserRun {
  /// How often the history is read until it shows this run's intent; reads lag behind writes.
  private static let historyReads = 12
  private static let historyInterval = Duration.milliseconds(250)

  /// Puts the intent, reads the history, and goes on only where the lease is this run's.
  func takeLease(_ sighting: Sighting) throws(Halt) {
    try putIntent(sighting)
    let versions = try versionsWithOwnIntent()
    let replay = LeaseReplay(versions)
    guard let holder = replay.holder, holder.run.runId == run.runId else {
      throw Halt(
        Finding(
          code: "lease-held", request.isByPerson ? .act : .notice,
          "another run began in the same moment and changes this user's keys "
            + "(\(replay.holder?.run.runId ?? "it has finished"))",
          remedy: "nothing: run again later if you want to see how it ended"),
        .leave)
    }
    let judged = try judge(replay, versions)
    let isBelieved = { (holder: LeaseReplay.Holder) in
      judged.believedIntents.contains(holder.version)
    }
    let left = replay.unfinished(except: run.runId, believing: isBelieved)
    lease = Lease(
      takenAt: holder.takenAt, left: left, isRecovery: left != nil, settlesFrom: holder.takenAt,
      knownKeyIds: replay.knownKeyIds(believing: isBelieved))
    truth = replay.state
    attestation = judged.attestation
    for write in sighting.observation.foreignWrites + judged.foreignWrites
    where !foreignWrites.contains(write) {
      foreignWrites.append(write)
    }
  }

  /// What a run writes under its lease is believed from then on. So where it can't be found out
  /// whether the record is this program's, the intent stays, and nothing is written.
  private func judge(
    _ replay: LeaseReplay, _ versions: [RecordVersion]
  ) throws(Halt) -> Judgement {
    let state = versions.first { $0.number == replay.stateVersion }
    switch observer.judge(state, replay, versions) {
    case .known(let judged): return judged
    case .unknown(let why):
      throw Halt(
        Finding(
          code: "evidence-missing", .failed,
          "whether the record is this program's could not be looked at: \(why)",
          remedy: "nothing was changed; the next run tries again"), .leave)
    }
  }

  /// The keys that this run is to replace as compromised.
  var orderedReplacement: Set<AccessKeyID> {
    if case .replaceCompromised(.some(let ids)) = request.order { ids } else { [] }
  }

  private func putIntent(_ sighting: Sighting) throws(Halt) {
    let observation = sighting.observation
    var state =
      observation.believed
      ?? RotationState(
        user: user.name, userId: observation.user.userId, account: observation.user.account)
    if state.published == nil { state.published = Self.standing(in: observation) }
    state.user = user.name  // it may have been renamed
    var takesOver: String?
    if case .abandoned(let left) = observation.lease, left.holder.host == run.host {
      takesOver = left.holder.runId
    }
    var compromised = orderedReplacement
    var revokes = request.revokesSessions
    if case .abandoned(let left) = observation.lease {
      compromised.formUnion(left.compromised)
      revokes = revokes || left.revokes
    }
    let intent = RecordDocument.InFlight(
      runId: run.runId, host: run.host, startedAt: sighting.now,
      knownKeyIds: observation.keys.map(\.id.rawValue).sorted(), takesOver: takesOver,
      compromised: compromised.isEmpty ? nil : compromised.map(\.rawValue).sorted(),
      revokes: revokes ? true : nil)
    let put = try putRecord(
      state, intent,
      projections: observation.isRefuted ? [:] : user.written(in: sighting.document),
      fence: .none)
    if case .failure(let failure) = put, failure.execution == .notExecuted { throw Halt(failure) }
    // Without an answer the history tells whether it arrived.
  }

  /// What `credentials` holds where no record says so: the intent is proven by that key's secret.
  private static func standing(in observation: Observation) -> PublishedKey? {
    guard case .known(.works(let id)) = observation.credentials,
      let version = observation.credentialsVersion,
      let key = observation.keys.first(where: { $0.id == id })
    else { return nil }
    let at = observation.credentialsModifiedAt?.wholeSeconds
    return PublishedKey(
      id: id, createdAt: key.createdAt.wholeSeconds, publishedAt: at ?? key.createdAt.wholeSeconds,
      credentialsVersion: version, credentialsAt: at)
  }

  private func versionsWithOwnIntent() throws(Halt) -> [RecordVersion] {
    for attempt in 0..<Self.historyReads {
      if attempt > 0 { aws.sleep(Self.historyInterval) }
      let versions: [RecordVersion]
      do {
        switch try observer.versions() {
        case .success(let read): versions = read
        case .failure(let newer):
          throw Halt(
            Finding(
              code: "record-newer", .act,
              "the record has schema \(newer.schema), which a later version of rotate wrote",
              remedy: "install that version on this host too"), .leave)
        }
      } catch let failure as CallFailure {
        throw Halt(failure, .leave)
      } catch {
        throw error as? Halt ?? Halt(Self.noIntent, .leave)
      }
      if versions.contains(where: { $0.document?.inFlight?.runId == run.runId }) {
        return versions
      }
    }
    throw Halt(Self.noIntent, .leave)
  }

  private static let noIntent = Finding(
    code: "intent-not-seen", .failed,
    "the record's history doesn't show this run's intent, so it can't tell who may change the keys",
    remedy: "nothing was changed; the next run tries again")

  /// Writes the state, which gives the lease back.
  func giveBack() throws(Halt) {
    // What was refuted isn't written once more as this run's word: its intent stays instead.
    let truth = attestation == .refuted ? nil : truth?.state ?? emptyState
    guard let draft = draft ?? truth, let fence = lease?.fence else { return }
    for _ in 0..<3 {
      switch try putRecord(draft, nil, projections: projections, fence: fence) {
      case .success:
        lease = nil
        return
      case .failure(let failure):
        guard failure.execution == .unknown, !failure.fenced else { throw Halt(failure, .leave) }
        if recordShowsThisRun() {
          lease = nil
          return
        }
      }
    }
    throw Halt(
      Finding(
        code: "record-not-written", .failed, "the record could not be written",
        remedy: "nothing is lost: the next run finishes what this one began"), .leave)
  }

  private var emptyState: RotationState? {
    observed.map { RotationState(user: user.name, userId: $0.userId, account: $0.account) }
  }

  private func recordShowsThisRun() -> Bool {
    guard
      let text = aws.observe(
        user: user.name, parameters: [ParameterPlace(user.record)]
      ).parameters[ParameterPlace(user.record)]?.text,
      case .document(let document) = RecordDocument.read(text)
    else { return false }
    return document.inFlight == nil && document.runId == run.runId
  }

  private func putRecord(
    _ state: RotationState, _ intent: RecordDocument.InFlight?, projections: [String: Int],
    fence: Fence
  ) throws(Halt) -> Result<Int, CallFailure> {
    // Where the account's parameters may be of the Advanced tier, AWS would take it.
    let length = RecordDocument(
      state, runId: run.runId, inFlight: intent, audit: .longest, projections: projections
    ).encoded().count
    guard length <= RecordDocument.largest else {
      throw Halt(
        Finding(
          code: "record-too-long", .failed,
          "the record would have \(length) bytes, and a Standard parameter has "
            + "\(RecordDocument.largest)",
          remedy: "configure fewer `projections` for this user"),
        intent == nil ? .leave : .giveBack)
    }
    var what = intent == nil ? "state of generation \(state.generation)" : "intent"
    if intent == nil, let before = truth?.user, before != state.user {
      what += ", of the user \(before), which is named \(state.user) now"
    }
    // Where the secret has to be read for the proof, that comes before the change is announced.
    if let published = state.published { _ = observer.attestor.secret(of: published) }
    let writtenAt = intent == nil ? aws.now()?.wholeSeconds : nil
    return try change("PutParameter", detail: "\(user.record): \(what)") { head in
      let anchor = RecordDocument.Anchor(
        sequence: head.sequence, hash: head.hash, host: self.run.host)
      let document = RecordDocument(
        state, runId: self.run.runId, inFlight: intent, audit: anchor, projections: projections,
        writtenAt: writtenAt)
      return self.aws.put(
        [
          ParameterWrite(
            name: self.user.record, kind: .string,
            value: SecretBytes(copying: self.observer.attestor.sealed(document)))
        ], fence: fence)[0]
    }.map(\.value)
  }
}
