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
    let replay = try replayWithOwnIntent()
    guard let holder = replay.holder, holder.run.runId == run.runId else {
      throw Halt(
        Finding(
          code: "lease-held", request.isByPerson ? .act : .notice,
          "another run began in the same moment and changes this user's keys "
            + "(\(replay.holder?.run.runId ?? "it has finished"))",
          remedy: "nothing: run again later if you want to see how it ended"),
        .leave)
    }
    let left = replay.unfinished(except: run.runId)
    lease = Lease(
      takenAt: holder.takenAt, left: left, isRecovery: left != nil, settlesFrom: holder.takenAt,
      knownKeyIds: replay.knownKeyIds)
    truth = replay.state
  }

  /// The keys that this run is to replace as compromised.
  var orderedReplacement: Set<AccessKeyID> {
    if case .replaceCompromised(.some(let ids)) = request.order { ids } else { [] }
  }

  private func putIntent(_ sighting: Sighting) throws(Halt) {
    let observation = sighting.observation
    var state =
      sighting.document?.state
      ?? RotationState(
        user: user.name, userId: observation.user.userId, account: observation.user.account)
    state.user = user.name  // it may have been renamed
    var takesOver: String?
    if case .abandoned(let left) = observation.lease, left.holder.host == run.host {
      takesOver = left.holder.runId
    }
    var compromised = orderedReplacement
    if case .abandoned(let left) = observation.lease { compromised.formUnion(left.compromised) }
    let intent = RecordDocument.InFlight(
      runId: run.runId, host: run.host, startedAt: sighting.now,
      knownKeyIds: observation.keys.map(\.id.rawValue).sorted(), takesOver: takesOver,
      compromised: compromised.isEmpty ? nil : compromised.map(\.rawValue).sorted())
    let put = try putRecord(
      state, intent, projections: user.written(in: sighting.document), fence: .none)
    if case .failure(let failure) = put, failure.execution == .notExecuted { throw Halt(failure) }
    // Without an answer the history tells whether it arrived.
  }

  private func replayWithOwnIntent() throws(Halt) -> LeaseReplay {
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
        return LeaseReplay(versions)
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
    guard let draft = draft ?? truth?.state ?? emptyState, let fence = lease?.fence else { return }
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
    return try change("PutParameter", detail: "\(user.record): \(what)") { head in
      let anchor = RecordDocument.Anchor(
        sequence: head.sequence, hash: head.hash, host: self.run.host)
      let document = RecordDocument(
        state, runId: self.run.runId, inFlight: intent, audit: anchor, projections: projections)
      return self.aws.put(
        [
          ParameterWrite(
            name: self.user.record, kind: .string, value: SecretBytes(copying: document.encoded()))
        ], fence: fence)[0]
    }.map(\.value)
  }
}
