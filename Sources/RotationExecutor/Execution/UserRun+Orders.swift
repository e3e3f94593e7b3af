internal import LibCrypto
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// What a person ordered: the pause, the way back.
extension UserRun {
  func pause(_ pause: Pause) {
    var pause = pause
    if draft?.pause?.since != pause.since { pause.since = stamp }
    pause.by = (pause.by ?? run.actor).map { Pause.harmless($0) }
    draft?.pause = pause
  }

  /// Active, proven, published: in this order, so that consumers never see a key that doesn't work.
  func rollBack(
    _ id: AccessKeyID, _ version: Int, _ superseding: AccessKeyID?, _ sighting: Sighting,
    _ done: inout UserOutcome.DoneStep
  ) throws(Halt) {
    let pair = try pair(id, inVersion: version)
    try reactivate(id, &done)
    let proof = proven(pair, sighting)
    guard proof == .works else { try refuse(id, version, proof) }
    let committed = try commit(pair, sighting)
    if let superseding { supersede([superseding]) }
    draft?.retiring.removeAll { $0.id == id }
    draft?.published = PublishedKey(
      id: id, createdAt: sighting.observation.keys.first { $0.id == id }?.createdAt ?? stamp,
      publishedAt: stamp, credentialsVersion: committed.version, credentialsAt: committed.at,
      provenAt: stamp)
    draft?.generation += 1
    outdateCopies()
    try project(pair)
  }

  /// The key with its secret, as a version of `credentials` has it.
  func pair(_ id: AccessKeyID, inVersion version: Int) throws(Halt) -> AccessKeyPair {
    let source: Parameter?
    do {
      source = try aws.decrypted(ParameterPlace(user.credentials), version: version)
    } catch { throw Halt(error) }
    guard let source,
      case .success(let pair) = CredentialDocument.read(source.value), pair.id == id
    else { throw Halt(Self.movedOn) }
    return pair
  }

  /// A superseded key works again. Its grace starts anew: if nothing else comes of it, it retires as
  /// if it had been superseded now.
  func reactivate(_ id: AccessKeyID, _ done: inout UserOutcome.DoneStep) throws(Halt) {
    guard let index = draft?.retiring.firstIndex(where: { $0.id == id }) else { return }
    let isActive = keys.contains { $0.id == id && $0.status == .active }
    // A list that lags may show a key as Active which is Inactive already.
    if !isActive || draft?.retiring[index].deactivatedAt != nil {
      done.requestId = try setStatus(.active, "Active", of: id)
    }
    draft?.retiring[index].deactivatedAt = nil
    draft?.retiring[index].supersededAt = stamp
  }

  private func refuse(_ id: AccessKeyID, _ version: Int, _ proof: Observer.Proof) throws(Halt)
    -> Never
  {
    let why =
      switch proof {
      case .refused(let why), .unknown(let why): why
      case .works: "it works"
      }
    throw Halt(
      Finding(
        code: "rollback-unproven", .failed,
        "\(id) is Active, but with the secret in version \(version) of `credentials` it could not "
          + "be used within \(user.verification.timeout.inWords): \(why)",
        remedy: "what was published is untouched; \(id) retires again, its grace from now on. Run "
          + "`rotate rollback` again if IAM was slow; rotations stay paused"))
  }
}
