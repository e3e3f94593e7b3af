internal import LibCrypto
internal import OneTimePassword
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// The session of a user who must give MFA codes: made with the published key and a code, proven,
/// published, read back.
extension UserRun {
  /// Of the lease, that must be left for a session: two codes, the proof, the put.
  private static let needed = Duration.seconds(120)
  /// STS may not know a key for seconds after its rotation.
  private static let tries = 3

  /// A session that can't be made is a finding, and never in the way of the rotation before it.
  func renewSession(_ done: inout UserOutcome.DoneStep) throws(Halt)
    -> UserOutcome.DoneStep.Result
  {
    guard let settings = user.session, let published = draft?.published else { return .failed }
    do {
      waitForRevocation()
      let maker = SessionMaker(settings, aws: aws, seeds: seeds)
      let session = try request(of: published.id, maker, settings, &done)
      try prove(session)
      try publish(session, of: published.id, settings)
      sessionIsNew = true
      return .done
    } catch {
      // Without the audit log, or the lease, nothing may be written any more at all.
      guard case .giveBack = error.afterwards else { throw error }
      outcome.failures.append(error.finding)
      return .failed
    }
  }

  private func request(
    of id: AccessKeyID, _ maker: SessionMaker, _ settings: SessionSettings,
    _ done: inout UserOutcome.DoneStep
  ) throws(Halt) -> SessionCredentials {
    let seed: TOTPSeed
    do throws(SessionMaker.Trouble) { seed = try maker.seed() } catch { throw Halt(error.finding) }
    let pair = try publishedPair(id)
    for attempt in 1...Self.tries {
      try checkTime()
      guard let step = maker.step(after: usedStep) else { throw Halt(Self.noTime) }
      remember { $0.lastStep = step.number }
      let result = try change("GetSessionToken", key: id, detail: settings.mfaSerial) { _ in
        Result { () throws(CallFailure) in
          try self.aws.sessionToken(
            signedBy: pair, serialNumber: settings.mfaSerial, code: seed.code(at: step),
            seconds: maker.seconds, fence: self.fence)
        }
      }
      switch result {
      case .success(let answer):
        done.requestId = answer.requestId
        return answer.value
      case .failure(let failure) where failure.fenced: throw Halt(failure)
      case .failure(let failure):
        if SessionMaker.isPropagation(failure), attempt < Self.tries { continue }
        throw Halt(maker.trouble(failure, at: step).finding)
      }
    }
    throw Halt(Self.noTime)
  }

  /// The last step whose code may have been sent already. What an interrupted run sent, it sent
  /// before this one took the lease.
  var usedStep: TOTPStep? {
    let recorded = draft?.session?.lastStep.map { TOTPStep(number: $0) }
    guard let lease, lease.isRecovery || attestation == .refuted else { return recorded }
    let before = TOTPStep(at: lease.takenAt.timeIntervalSince1970)
    return recorded.map { max($0, before) } ?? before
  }

  func remember(_ change: (inout SessionState) -> Void) {
    var state = draft?.session ?? SessionState()
    change(&state)
    draft?.session = state
  }

  /// The state must still be written after the session, under the same lease.
  private func checkTime() throws(Halt) {
    guard let last = fence.lastSigning, let now = aws.now(), now + Self.needed < last else {
      throw Halt(Self.noTime)
    }
  }

  private static let noTime = Finding(
    code: "session-no-time", .failed,
    "the rest of this run took so long that no time is left for the session",
    remedy: "nothing: the session before lasts on, and the next run makes the new one")

  private func publishedPair(_ id: AccessKeyID) throws(Halt) -> AccessKeyPair {
    let parameter: Parameter?
    do { parameter = try aws.decrypted(ParameterPlace(user.credentials)) } catch {
      throw Halt(error, remedy: "the session is made by the next run")
    }
    guard let parameter, case .success(let pair) = CredentialDocument.read(parameter.value),
      pair.id == id
    else { throw Halt(Self.movedOn) }
    return pair
  }

  /// One call that only this session can sign, and only this user can answer.
  private func prove(_ session: SessionCredentials) throws(Halt) {
    var why = "it isn't this user's"
    for attempt in 0..<max(3, user.verification.successes) {
      if attempt > 0 { aws.sleep(user.verification.interval) }
      do {
        let identity = try aws.identity(of: session)
        if identity.userId == observed?.userId, identity.account == observed?.account { return }
        break
      } catch { why = error.message }
    }
    throw Halt(
      Finding(
        code: "session-unusable", .failed, "the new session was not published: \(why)",
        remedy: "the session before stays published while it lasts; the next run tries again"))
  }

  private func publish(
    _ session: SessionCredentials, of id: AccessKeyID, _ settings: SessionSettings
  ) throws(Halt) {
    guard let document = SessionDocument.render(session),
      document.bytes.count <= SessionDocument.largest
    else {
      throw Halt(
        Finding(
          code: "session-too-large", .failed,
          "the session doesn't fit into a Standard parameter of 4 KB",
          remedy: "tell the maintainers: AWS's session tokens are shorter"))
    }
    let write = ParameterWrite(
      name: settings.parameter, kind: .secureString, value: document.bytes.clone(),
      kmsKeyId: user.kmsKeyId)
    // Where the answer is lost, the record goes on naming the session before, with whose key that
    // would die; if the put was done all the same, its version tells the next run.
    var version: Int?
    switch try put([write], fence: fence)[0] {
    case .success(let done): version = done.value
    case .failure(let failure) where failure.execution == .notExecuted: throw Halt(failure)
    case .failure: break  // reading back tells
    }
    let standing = try readBack(document, atLeast: version, settings)
    remember {
      $0.accessKeyId = id
      $0.version = standing
      $0.expiresAt = session.expiration
    }
  }

  private func readBack(
    _ document: SessionText, atLeast version: Int?, _ settings: SessionSettings
  ) throws(Halt) -> Int {
    let deadline = (aws.now() ?? .distantPast) + min(user.verification.timeout, .seconds(30))
    while true {
      if let parameter = try? aws.decrypted(ParameterPlace(settings.parameter)),
        parameter.version >= version ?? 0, SecretBytes.equal(parameter.value, document.bytes)
      {
        return parameter.version
      }
      guard let now = aws.now(), now < deadline else {
        throw Halt(
          Finding(
            code: "session-unconfirmed", .failed,
            "`\(settings.parameter)` was put, but reading it back doesn't show the new session",
            remedy: "nothing: the next run makes another one"))
      }
      aws.sleep(user.verification.interval)
    }
  }
}
