internal import LibCrypto
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// The plan's steps, but for the rotation itself.
extension UserRun {
  func perform(_ step: Step, _ sighting: Sighting, _ done: inout UserOutcome.DoneStep)
    throws(Halt)
  {
    switch step {
    case .adopt(let key, .credentials, let retiring): try adopt(key, retiring, sighting)
    case .adopt(let key, .pair, let retiring): try adoptPair(key, retiring, sighting)
    case .deleteOrphan(let id): try deleteOrphan(id, &done)
    case .restoreCredentials(let id, let version): try restore(id, version, sighting)
    case .note(let id, let note): self.note(id, note, sighting)
    case .deactivate(let id): try deactivate(id, sighting, &done)
    case .delete(let id): try delete(id, &done)
    case .makeRoom(let id): try makeRoom(id, &done)
    case .rotate(_, let superseding): try rotate(superseding, sighting, &done)
    case .repair(let names): try repair(Set(names))
    case .renewSession: sessionResult = try renewSession(&done)
    case .revokeSessions(let id): sessionResult = try revokeSessions(id, &done)
    case .endRevocation: try endRevocation(&done)
    case .recordState: break  // giving the lease back writes it
    case .pause(let pause): self.pause(pause)
    case .resume: draft?.pause = nil
    case .rollBack(let id, let version, let superseding):
      try rollBack(id, version, superseding, sighting, &done)
    case .reactivate(let id): try reactivate(id, &done)
    }
  }

  /// The time that goes into the record, which holds whole seconds: rounded up, so that with the
  /// second that is added to every period none can end early.
  var stamp: Date { Self.roundedUp(aws.now() ?? .distantFuture) }

  private static func roundedUp(_ date: Date) -> Date {
    Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.up))
  }

  var fence: Fence { lease?.fence ?? Fence(lastSigning: .distantPast) }

  // MARK: Retirement

  private func deactivate(
    _ id: AccessKeyID, _ sighting: Sighting, _ done: inout UserOutcome.DoneStep
  ) throws(Halt) {
    let index = draft?.retiring.firstIndex { $0.id == id }
    // A time that stands there is of a soak that somebody ended, whatever comes of this call.
    if let index { draft?.retiring[index].deactivatedAt = nil }
    done.requestId = try setInactive(id)
    if let index { draft?.retiring[index].deactivatedAt = stamp }
    noteContained(id, sighting)
    watchContained(id, sighting)
  }

  private func makeRoom(_ id: AccessKeyID, _ done: inout UserOutcome.DoneStep) throws(Halt) {
    if keys.first(where: { $0.id == id })?.status == .active {
      done.requestId = try setInactive(id)
    }
    draft?.retiring.append(RetiringKey(id: id, supersededAt: stamp, deactivatedAt: stamp))
  }

  private func setInactive(_ id: AccessKeyID) throws(Halt) -> String? {
    try spareOwnKey(id)
    try spareWhatIsHeld(id)
    return try setStatus(.inactive, "Inactive", of: id)
  }

  func setStatus(_ status: AccessKeyStatus, _ name: String, of id: AccessKeyID) throws(Halt)
    -> String?
  {
    let result = try change("UpdateAccessKey", key: id, detail: name) { _ in
      Result { () throws(CallFailure) in
        try self.aws.setStatus(status, of: id, user: self.user.name, fence: self.fence)
      }
    }
    switch result {
    case .success(let answer):
      if let index = keys.firstIndex(where: { $0.id == id }) { keys[index].status = status }
      return answer.requestId
    case .failure(let failure):
      // A list that lags may go on showing an old key as Inactive. Who took its soak for over then
      // would delete a key that works: so the next run has to wait until lists have settled.
      let mayWork = status == .active && failure.execution == .unknown
      throw Halt(
        failure, mayWork ? .leave : .giveBack,
        remedy: "the key is as it was or \(name); the next run looks again")
    }
  }

  private func delete(_ id: AccessKeyID, _ done: inout UserOutcome.DoneStep) throws(Halt) {
    let result = try deleteKey(id)
    switch result {
    case .success(let answer): done.requestId = answer.requestId
    case .failure(let failure): throw Halt(failure)
    }
    draft?.retiring.removeAll { $0.id == id }
  }

  /// Where that fails the intent stays, which alone says whose key it is.
  private func deleteOrphan(_ id: AccessKeyID, _ done: inout UserOutcome.DoneStep) throws(Halt) {
    switch try deleteKey(id) {
    case .success(let answer): done.requestId = answer.requestId
    case .failure(let failure):
      unremoved.insert(id)
      throw Halt(failure, .leave, remedy: Self.remedy(forOrphan: id))
    }
  }

  static func remedy(forOrphan id: AccessKeyID) -> String {
    "nobody has the secret of \(id): allow iam:DeleteAccessKey if that is missing, and the next run "
      + "removes it; or delete it by hand"
  }

  /// Signed, like every change, by the administrator's credentials, never by the key itself.
  func deleteKey(_ id: AccessKeyID) throws(Halt) -> Result<Done<Bool>, CallFailure> {
    try spareOwnKey(id)
    try spareWhatIsHeld(id)
    let result = try change("DeleteAccessKey", key: id) { _ in
      Result { () throws(CallFailure) in
        try self.aws.deleteAccessKey(id, user: self.user.name, fence: self.fence)
      }
    }
    if case .success = result { keys.removeAll { $0.id == id } }
    return result
  }

  /// The planner holds the key that signs. Whatever else may ever be planned: whoever takes away the
  /// key that it signs with can't go on, nor ever come back.
  private func spareOwnKey(_ id: AccessKeyID) throws(Halt) {
    guard id == run.ownKey else { return }
    throw Halt(
      Finding(
        code: "own-key", .act, "\(id) signs this run, so it can't be taken away by it",
        remedy: "give this host another credential; `rotate whoami` shows where it finds this one"))
  }

  /// Promise 10, whatever was planned: a key that this run hasn't made is taken away only after it
  /// has seen that `credentials` holds another one.
  private func spareWhatIsHeld(_ id: AccessKeyID) throws(Halt) {
    if made.contains(id) { return }
    guard let held, held.accessKeyId != id else {
      throw Halt(
        Finding(
          code: "key-spared", .failed,
          "\(id) is left as it is: "
            + (held == nil
              ? "this run hasn't seen what `credentials` holds" : "`credentials` holds it"),
          remedy: "nothing: the next run looks again"))
    }
  }

  private func note(_ id: AccessKeyID, _ note: Note, _ sighting: Sighting) {
    let index = draft?.retiring.firstIndex { $0.id == id }
    switch (note, index) {
    case (.inactive, .some(let index)):
      draft?.retiring[index].deactivatedAt = stamp
      noteContained(id, sighting)
    case (.reactivated, .some(let index)):
      draft?.retiring[index].deactivatedAt = nil
      draft?.retiring[index].supersededAt = stamp
    case (.gone, .some(let index)):
      draft?.retiring.remove(at: index)
    case (.rewritten, _):
      draft?.published?.credentialsVersion = sighting.observation.credentialsVersion ?? 0
      draft?.published?.credentialsAt =
        sighting.observation.credentialsModifiedAt?.wholeSeconds
      draft?.published?.provenAt = stamp
    case (.inactive, nil), (.reactivated, nil), (.gone, nil):
      break
    }
  }

  // MARK: Taking over what stands

  private func adopt(_ key: AccessKey, _ retiring: [RetiringKey], _ sighting: Sighting)
    throws(Halt)
  {
    publish(
      key, at: CommittedVersion(sighting.observation), retiring: retiring)
    try repair()  // nobody knows what the projections hold
  }

  private func adoptPair(_ key: AccessKey, _ retiring: [RetiringKey], _ sighting: Sighting)
    throws(Halt)
  {
    let pair: AccessKeyPair?
    do { pair = try observer.readPair() } catch { throw Halt(error) }
    guard let pair, pair.id == key.id else { throw Halt(Self.movedOn) }
    let version = try commit(pair, sighting)
    publish(key, at: version, retiring: retiring)
    try project(pair)
  }

  private func publish(
    _ key: AccessKey, at committed: CommittedVersion, retiring: [RetiringKey]
  ) {
    draft?.published = PublishedKey(
      id: key.id, createdAt: key.createdAt, publishedAt: stamp,
      credentialsVersion: committed.version, credentialsAt: committed.at, provenAt: stamp)
    draft?.retiring.removeAll { old in old.id == key.id || retiring.contains { $0.id == old.id } }
    draft?.retiring += retiring.map { key in
      var key = key
      key.supersededAt = Self.roundedUp(key.supersededAt)
      return key
    }
    draft?.generation += 1
    outdateCopies()
  }

  static let movedOn = Finding(
    code: "moved-on", .failed, "what stands in Parameter Store changed while it was looked at",
    remedy: "run again")

  /// Puts the published credential back from the history of `credentials`.
  private func restore(_ id: AccessKeyID, _ version: Int, _ sighting: Sighting) throws(Halt) {
    let pair = try pair(id, inVersion: version)
    switch observer.judge(pair, sighting.observation.user) {
    case .works: break
    case .unknown(let why):
      throw Halt(
        Finding(code: "evidence-missing", .failed, "version \(version) could not be tried: \(why)"))
    case .refused:
      refuted.insert(version)
      throw Halt(
        Finding(
          code: "restore-refused", .notice, "the secret in version \(version) doesn't work either"),
        .leaveOut)
    }
    let committed = try commit(pair, sighting)
    draft?.published?.credentialsVersion = committed.version
    draft?.published?.credentialsAt = committed.at
    draft?.published?.provenAt = stamp
  }

  // MARK: Projections

  /// Reads what is published and writes the copies from it: those that are named, or all.
  private func repair(_ names: Set<String>? = nil) throws(Halt) {
    let parameter: Parameter?
    do { parameter = try aws.decrypted(ParameterPlace(user.credentials)) } catch {
      throw Halt(error)
    }
    guard let parameter, case .success(let pair) = CredentialDocument.read(parameter.value),
      pair.id == draft?.published?.id
    else { throw Halt(Self.movedOn) }
    observer.attestor.keep(parameter)
    try project(pair, names)
  }

  /// Writes the copies. Both halves of the pair are in flight at once, so that a reader gets one old
  /// and one new value for as short a time as the network allows; and both are written or none.
  func project(_ pair: AccessKeyPair, _ names: Set<String>? = nil) throws(Halt) {
    func isMeant(_ name: String) -> Bool { names?.contains(name) ?? true }
    // Until it is written, each counts as a copy that shows the key before.
    let unwritable = user.unwritableCopies(kinds)
    let halves = user.pair.contains { isMeant($0.name) } ? user.pair : []
    let others = user.projections.compactMap { projection -> ParameterProjection? in
      if case .parameter(let copy) = projection, isMeant(copy.name) { copy } else { nil }
    }
    for copy in halves + others { outdate(copy) }
    try project(pair, halves.filter { !unwritable.contains($0.name) })
    try project(pair, others.filter { !unwritable.contains($0.name) })
    for case .file(let file) in user.projections where isMeant(file.path) {
      do {
        if try files.write(pair, to: file).contains(.removedSessionToken) {
          outcome.failures.append(
            Finding(
              code: "session-token-removed", .notice,
              "\(file.path): a session token stood beside the key and would have made it useless; "
                + "it was taken out"))
        }
        given(file.path)
      } catch {
        staleCopies.insert(file.path)
        failedCopies.append(file.path)
        outcome.failures.append(Finding(error, of: file))
      }
    }
  }

  /// Another key is published from now on, and no copy has been given it, whatever becomes of this
  /// run: until then the keys before it stay.
  func outdateCopies() {
    for projection in user.allProjections {
      switch projection {
      case .parameter(let copy): outdate(copy)
      case .file(let file): staleCopies.insert(file.path)
      }
    }
  }

  private func outdate(_ copy: ParameterProjection) {
    projections[copy.recordKey] = Observer.refusedWrite
    givenCopies.remove(copy.name)
    staleCopies.insert(copy.name)
  }

  private func given(_ name: String) {
    givenCopies.insert(name)
    staleCopies.remove(name)
  }

  private func project(_ pair: AccessKeyPair, _ targets: [ParameterProjection]) throws(Halt) {
    guard !targets.isEmpty else { return }
    let writes = targets.map { target in
      ParameterWrite(
        name: target.place.name, kind: target.kind(standing: kinds[target.place]) ?? .secureString,
        value: CredentialDocument.render(pair, as: target.format), kmsKeyId: target.kmsKeyId,
        region: target.place.region)
    }
    for (target, result) in zip(targets, try put(writes, fence: fence)) {
      switch result {
      case .success(let done):
        projections[target.recordKey] = done.value
        given(target.name)
      case .failure(let failure):
        failedCopies.append(target.name)
        outcome.failures.append(Finding(failure, remedy: Self.remedy(failure, target.name)))
      }
    }
  }

  /// "The next run repairs it" is true of what passes. What AWS refuses lasts.
  private static func remedy(_ failure: CallFailure, _ name: String) -> String {
    failure.lasts
      ? "no run can write \(name) until that is mended; each tries again, and superseded keys stay "
        + "Active until it is written"
      : "the next run writes \(name) again"
  }
}
