internal import LibCrypto
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// The rotation: create, prove, commit, read back, project.
extension UserRun {
  func rotate(
    _ superseding: [AccessKeyID], _ sighting: Sighting, _ done: inout UserOutcome.DoneStep
  ) throws(Halt) {
    let created = try create(&done)
    keys.append(AccessKey(id: created.pair.id, status: .active, createdAt: created.createdAt))
    done.newKey = created.pair.id
    if lease?.knownKeyIds.contains(created.pair.id) == false { made.insert(created.pair.id) }
    try proveNew(created.pair, sighting)
    keepLeaked(superseding)
    let committed: CommittedVersion
    do { committed = try commit(created.pair, sighting) } catch {
      guard case .giveBack = error.afterwards else { throw error }
      try giveUp(created.pair.id, because: error.finding)
    }
    supersede(superseding)
    for id in superseding where keys.contains(where: { $0.id == id && $0.status != .active }) {
      noteContained(id, sighting)
    }
    draft?.published = PublishedKey(
      id: created.pair.id, createdAt: created.createdAt, publishedAt: stamp,
      credentialsVersion: committed.version, credentialsAt: committed.at, provenAt: stamp)
    draft?.generation += 1
    outdateCopies()
    draft?.pause?.rollbackTo = nil  // whatever it had published, this is another key
    try project(created.pair)
  }

  /// Sent once: CreateAccessKey is not idempotent, and its reply is the only place where the
  /// secret ever stands.
  private func create(_ done: inout UserOutcome.DoneStep) throws(Halt) -> CreatedAccessKey {
    let result = try change("CreateAccessKey") { _ in
      Result { () throws(CallFailure) in
        try self.aws.createAccessKey(user: self.user.name, fence: self.fence)
      }
    }
    switch result {
    case .success(let answer) where isKnown(answer.value.pair.id):
      // What was listed before isn't this run's, whatever a reply claims: it is never given up.
      throw Halt(
        Finding(
          code: "creation-unanswered", .notice,
          "the reply to CreateAccessKey names \(answer.value.pair.id), which existed before, so it "
            + "can't be the new key; whatever was made is removed"),
        .again(settlesFrom: aws.now() ?? .distantPast))
    case .success(let answer):
      done.requestId = answer.requestId
      return answer.value
    case .failure(let failure) where failure.fenced:
      throw Halt(failure, .leave)
    case .failure(let failure) where failure.execution == .unknown:
      throw Halt(
        Finding(
          code: "creation-unanswered", .notice,
          "CreateAccessKey got no answer (\(failure.message)); whatever it made is removed"),
        .again(settlesFrom: aws.now() ?? .distantPast))
    case .failure(let failure) where failure.code == "LimitExceeded":
      // After an interrupted run or a lost reply the unseen key may be this program's, however long
      // the lists lag: the intents have to stay.
      throw Halt(
        failure, lease?.isRecovery == true ? .leave : .giveBack,
        remedy: "somebody made a key meanwhile, or IAM's lists lag; the next run looks again")
    case .failure(let failure): throw Halt(failure)
    }
  }

  private func isKnown(_ id: AccessKeyID) -> Bool {
    keys.contains { $0.id == id } || lease?.knownKeyIds.contains(id) == true
      || draft?.published?.id == id || draft?.retiring.contains { $0.id == id } == true
  }

  /// Proves the new key where consumers use it, until it worked several times in a row: visibility
  /// isn't monotonic. A key that never works is removed again.
  private func proveNew(_ pair: AccessKeyPair, _ sighting: Sighting) throws(Halt) {
    var region: String?
    let last = proven(pair, sighting, failedIn: &region)
    guard last == .works else {
      let why =
        aws.isStopping
        ? Halt.interrupted().finding
        : Self.neverUsable(pair.id, user.verification.timeout, last, in: region)
      try giveUp(pair.id, because: why)
    }
  }

  /// `works`, or what the last try before the time was over said.
  func proven(_ pair: AccessKeyPair, _ sighting: Sighting) -> Observer.Proof {
    var region: String?
    return proven(pair, sighting, failedIn: &region)
  }

  /// `failed` is the region where it last did not work; nil: that of the run.
  private func proven(
    _ pair: AccessKeyPair, _ sighting: Sighting, failedIn failed: inout String?
  ) -> Observer.Proof {
    let regions: [String?] =
      user.verification.regions.isEmpty ? [nil] : user.verification.regions.map { $0 }
    let deadline = (aws.now() ?? .distantPast) + user.verification.timeout
    var successes = 0
    while true {
      var last = Observer.Proof.works
      for region in regions where last == .works {
        last = observer.prove(pair, sighting.observation.user, region: region)
        if last != .works { failed = region }
      }
      successes = last == .works ? successes + 1 : 0
      if successes >= max(1, user.verification.successes) { return .works }
      if aws.isStopping { return .unknown("the run was told to end before it was proven") }
      if (aws.now() ?? .distantFuture) >= deadline {
        return last == .works ? .unknown("it worked, but not often enough in a row") : last
      }
      aws.sleep(user.verification.interval)
    }
  }

  private static func neverUsable(
    _ id: AccessKeyID, _ timeout: Duration, _ last: Observer.Proof, in region: String?
  ) -> Finding {
    let place = region ?? "this run's region"
    let why =
      switch last {
      case .refused(let why), .unknown(let why): why
      case .works: "it works"
      }
    return Finding(
      code: "new-key-unusable", .failed,
      "the new key \(id) could not be used in \(place) within \(timeout.inWords): \(why)",
      remedy: "the old key is untouched and still published; the next run tries again. If it "
        + "repeats, \(place) may be switched off for this account: see AWS Regions in the account's "
        + "settings (`aws account get-region-opt-status`), and STS's endpoints in IAM's account "
        + "settings. A region that no consumer uses need not stand in verify.regions")
  }

  /// Removes a new key that is not published. Where that fails too, the intent stays, so that the
  /// next run still knows whose key it is.
  private func giveUp(_ id: AccessKeyID, because finding: Finding) throws(Halt) -> Never {
    switch try deleteKey(id) {
    case .success(let answer) where !answer.value:
      // IAM knows no such key. Then another may have been made than the reply has named: only a list
      // tells, once it has settled, and the intent says to whoever looks what was known before.
      throw Halt(finding, .leave)
    case .success: throw Halt(finding)
    case .failure(let failure):
      outcome.failures.append(finding)
      unremoved.insert(id)
      throw Halt(failure, .leave, remedy: Self.remedy(forOrphan: id))
    }
  }

  func supersede(_ ids: [AccessKeyID]) {
    let old = draft?.published
    for id in ids {
      draft?.retiring.removeAll { $0.id == id }
      var retired = RetiringKey(
        id: id, supersededAt: stamp, provenAt: old?.provenAt,
        compromised: old?.id == id && old?.compromised == true)
      // Whose published key was contained has its soak counted from now.
      if old?.id == id, keys.contains(where: { $0.id == id && $0.status == .inactive }) {
        retired.deactivatedAt = stamp
      }
      draft?.retiring.append(retired)
    }
  }

  // MARK: The commit point

  /// Publishes: `credentials` is put, read back, compared, and what was read is proven.
  ///
  /// Throws `giveBack` only where the put was certainly not executed.
  func commit(_ pair: AccessKeyPair, _ sighting: Sighting) throws(Halt) -> CommittedVersion {
    guard CredentialDocument.isPlain(pair) else {
      throw Halt(
        Finding(
          code: "strange-secret", .failed,
          "the key has characters that no access key has; it was not published"))
    }
    let write = ParameterWrite(
      name: user.credentials, kind: .secureString,
      value: CredentialDocument.render(pair, as: .json), kmsKeyId: user.kmsKeyId)
    var version: Int?
    switch try put([write], fence: fence)[0] {
    case .success(let done): version = done.value
    case .failure(let failure) where failure.execution == .notExecuted: throw Halt(failure)
    case .failure: break  // reading back tells
    }
    return try readBack(pair, atLeast: version, sighting)
  }

  private func readBack(_ pair: AccessKeyPair, atLeast version: Int?, _ sighting: Sighting)
    throws(Halt) -> CommittedVersion
  {
    let deadline = (aws.now() ?? .distantPast) + user.verification.timeout
    while true {
      if let parameter = try? aws.decrypted(ParameterPlace(user.credentials)),
        parameter.version >= version ?? 0,
        case .success(let read) = CredentialDocument.read(parameter.value), read.equals(pair),
        observer.judge(read, sighting.observation.user) == .works
      {
        observer.attestor.keep(parameter)
        held = .works(pair.id)
        return CommittedVersion(parameter)
      }
      if (aws.now() ?? .distantFuture) >= deadline {
        throw Halt(
          Finding(
            code: "publication-unconfirmed", .failed,
            "`credentials` was put, but reading it back doesn't show the new key \(pair.id)",
            remedy: "nothing is lost: the next run finds out which key is published"),
          .leave)
      }
      aws.sleep(user.verification.interval)
    }
  }
}
