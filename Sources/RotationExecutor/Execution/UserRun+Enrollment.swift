internal import LibCrypto
internal import OneTimePassword
package import RotationPlanner
internal import struct FoundationEssentials.Date

/// Making a user's MFA device. The seed is kept and read back before the device is enabled, and the
/// codes that enable it are made of what was read back: a device that is enabled has its seed.
///
/// The record says first, in a state of its own, that the device is made. So a later run, on any
/// host, knows an unassigned device for this program's; and the lease keeps two from making it.
extension UserRun {
  /// What is to be done; nothing is changed.
  package func planEnrollment(_ devices: any MFADevicePort) -> Result<EnrollmentPlan, FailedRun> {
    do throws(Halt) {
      let sighting = try sightingForEnrollment()
      return .success(try enrollmentPlan(devices, sighting.document))
    } catch { return .failure(FailedRun(error.finding)) }
  }

  /// Why a run came to nothing.
  package struct FailedRun: Error, Sendable, Equatable {
    package var finding: Finding

    init(_ finding: Finding) { self.finding = finding }
  }

  /// Writes into the record that the device is made. A run of its own: its state must stand before
  /// the device does.
  package func announceEnrollment(_ devices: any MFADevicePort) -> FailedRun? {
    underLease(devices) { plan, settings throws(Halt) in
      guard plan == .announce else { return }  // another run was quicker
      self.remember { $0.enrolling = settings.mfaSerial }
    }
  }

  /// Makes the device, or goes on where an interrupted run stopped.
  package func completeEnrollment(_ devices: any MFADevicePort) -> FailedRun? {
    underLease(devices) { plan, settings throws(Halt) in
      switch plan {
      case .enrolled: break
      case .close:
        // The interrupted run's codes aren't in the record.
        if let used = self.usedStep { self.remember { $0.lastStep = used.number } }
      case .announce: throw Halt(Self.movedOn)
      case .blocked(let finding): throw Halt(finding)
      case .make: try self.make(devices, settings)
      case .makeAgain: try self.makeAgain(devices, settings)
      case .enable:
        do throws(Halt) { try self.enable(devices, settings) } catch {
          // The seed may be an earlier device's: then this one's was never kept.
          guard error.finding.code == .mfaCodesRefused else { throw error }
          try self.makeAgain(devices, settings)
        }
      }
      self.remember { $0.enrolling = nil }
    }
  }

  // MARK: Looking

  private func sightingForEnrollment() throws(Halt) -> Sighting {
    request.writesRecord = true
    let (sighting, plan) = try deliberate()
    if plan.isStopped, let finding = plan.findings.last { throw Halt(finding) }
    if case .abandoned = sighting.observation.lease, !Self.isSettled(plan) {
      throw Halt(
        Finding(
          code: "unfinished-run", .act, "an interrupted run has left something to be finished",
          remedy: "run `rotate --user \(user.name)` first"))
    }
    return sighting
  }

  /// Whether an interrupted run left nothing but its intent.
  private static func isSettled(_ plan: Plan) -> Bool {
    !plan.isStopped
      && plan.steps.allSatisfy {
        switch $0.step {
        case .recordState, .renewSession: true
        default: false
        }
      }
  }

  private func enrollmentPlan(
    _ devices: any MFADevicePort, _ document: RecordDocument?
  ) throws(Halt) -> EnrollmentPlan {
    guard let settings = user.session, case .parameter(let name) = settings.seed else {
      throw Halt(
        Finding(
          code: "mfa-not-configured", .failed,
          "\(user.name) has no `session` with a `totpSeed` in a parameter",
          remedy: "add one to its entry in the configuration"))
    }
    do throws(CallFailure) {
      let standing = try devices.standing(ofDevice: settings.mfaSerial)
      let parameter = try aws.decrypted(ParameterPlace(name))
      return EnrollmentPlan(
        standing, serialNumber: settings.mfaSerial, user: user.name,
        isAnnounced: document?.session?.enrolling == settings.mfaSerial,
        seed: Self.judge(parameter), place: name)
    } catch { throw Halt(error) }
  }

  private static func judge(_ parameter: Parameter?) -> StoredSeed {
    guard let parameter else { return .none }
    guard parameter.kind == .secureString, (try? TOTPSeed.read(parameter.value)) != nil else {
      return .damaged
    }
    return .usable
  }

  private func underLease(
    _ devices: any MFADevicePort,
    _ body: (EnrollmentPlan, SessionSettings) throws(Halt) -> Void
  ) -> FailedRun? {
    do throws(Halt) {
      let sighting = try sightingForEnrollment()
      try accountForEarlierRuns()
      try takeLease(sighting)
      let (now, plan) = try deliberate()
      begin(now, plan)
      guard Self.isSettled(plan) || lease?.left == nil, !plan.isStopped else {
        throw Halt(Self.movedOn, .leave)
      }
      lease?.left = nil
      guard let settings = user.session else { throw Halt(Self.movedOn) }
      try body(try enrollmentPlan(devices, truth), settings)
      try giveBack()
      return nil
    } catch {
      var finding = error.finding
      if case .giveBack = error.afterwards, lease != nil, lease?.left == nil, draft != nil {
        do throws(Halt) { try giveBack() } catch { finding = error.finding }
      }
      return FailedRun(finding)
    }
  }

  // MARK: Changing

  private func makeAgain(_ devices: any MFADevicePort, _ settings: SessionSettings) throws(Halt) {
    let deleted = try change("DeleteVirtualMFADevice", detail: settings.mfaSerial) { _ in
      Result { () throws(CallFailure) in
        try devices.deleteDevice(settings.mfaSerial, fence: self.fence)
      }
    }
    if case .failure(let failure) = deleted { throw Halt(failure, remedy: Self.again) }
    try make(devices, settings)
  }

  private func make(_ devices: any MFADevicePort, _ settings: SessionSettings) throws(Halt) {
    let created = try change("CreateVirtualMFADevice", detail: settings.mfaSerial) { _ in
      Result { () throws(CallFailure) in
        try devices.createDevice(settings.mfaSerial, fence: self.fence)
      }
    }
    switch created {
    case .failure(let failure): throw Halt(failure, remedy: Self.again)
    case .success(let answer):
      guard answer.value.serialNumber == settings.mfaSerial else {
        throw Halt(
          Finding(
            code: "mfa-strange-device", .failed,
            "IAM made \(answer.value.serialNumber) where \(settings.mfaSerial) was asked for",
            remedy: "correct `mfaSerial` (partition, account), and delete that device by hand"))
      }
      try keep(answer.value.seed, settings)
    }
    try enable(devices, settings)
  }

  private static let again = "run it again: it goes on from what is there"

  private func keep(_ seed: borrowing SecretBytes, _ settings: SessionSettings) throws(Halt) {
    guard case .parameter(let name) = settings.seed else { return }
    let write = ParameterWrite(
      name: name, kind: .secureString, value: seed.clone(), kmsKeyId: user.kmsKeyId)
    if case .failure(let failure) = try put([write], fence: fence)[0],
      failure.execution == .notExecuted
    {
      throw Halt(failure, remedy: Self.again)
    }
    let deadline = (aws.now() ?? .distantPast) + min(user.verification.timeout, .seconds(30))
    while true {
      if let standing = try? aws.decrypted(ParameterPlace(name)),
        SecretBytes.equal(standing.value, seed)
      {
        return
      }
      guard let now = aws.now(), now < deadline else {
        throw Halt(
          Finding(
            code: "mfa-seed-unconfirmed", .failed,
            "\(name) was put, but reading it back doesn't show the seed; the device isn't enabled",
            remedy: Self.again))
      }
      aws.sleep(user.verification.interval)
    }
  }

  /// With the codes of what is kept, read once more: no other seed can enable the device.
  private func enable(_ devices: any MFADevicePort, _ settings: SessionSettings) throws(Halt) {
    let maker = SessionMaker(settings, aws: aws, seeds: seeds)
    let seed: TOTPSeed
    do throws(SessionMaker.Trouble) { seed = try maker.seed() } catch { throw Halt(error.finding) }
    // Both codes must be new ones.
    let used = usedStep.map { TOTPStep(number: $0.number + 1) }
    guard let second = maker.step(after: used) else { throw Halt(Self.movedOn) }
    let first = TOTPStep(number: second.number - 1)
    remember { $0.lastStep = second.number }
    let enabled = try change("EnableMFADevice", detail: settings.mfaSerial) { _ in
      Result { () throws(CallFailure) in
        try devices.enableDevice(
          settings.mfaSerial, user: self.user.name,
          codes: (seed.code(at: first), seed.code(at: second)), fence: self.fence)
      }
    }
    guard case .failure(let failure) = enabled else { return }
    if failure.code == "InvalidAuthenticationCode" {
      throw Halt(
        Finding(
          code: "mfa-codes-refused", .failed,
          "AWS refuses the codes of the new device: "
            + failure.message, remedy: Self.again))
    }
    throw Halt(failure, remedy: Self.again)
  }
}
