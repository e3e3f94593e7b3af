internal import Configuration
internal import AWSClient
internal import LibCrypto
internal import OneTimePassword
internal import RotationExecutor
internal import RotationPlanner

/// `rotate credentials --user X --session`: the published session while it is good, else a new one
/// that is only printed. It writes nothing, so it takes no lease.
struct SessionOnTheSpot {
  let user: ManagedUser
  let settings: SessionSettings
  let aws: AWSAdapter

  func document() throws(CommandFailure) -> SharedSecret {
    if let found = try read(settings.parameter),
      let session = SessionDocument.read(found.value), let now = aws.now(),
      session.expiration >= now + settings.leastLeft
    {
      return SharedSecret(found.value.clone())
    }
    return try make()
  }

  /// A code that a run has just sent is refused: then the next one is waited for, once.
  private func make() throws(CommandFailure) -> SharedSecret {
    let maker = SessionMaker(
      settings, aws: aws, seeds: HostSeeds(environment: ConnectionOptions.environment))
    let pair = try publishedPair()
    do throws(SessionMaker.Trouble) {
      let seed = try maker.seed()
      var used = lastStep()
      for isLast in [false, true] {
        guard let step = maker.step(after: used) else { break }
        do throws(CallFailure) {
          let session = try aws.sessionToken(
            signedBy: pair, serialNumber: settings.mfaSerial, code: seed.code(at: step),
            seconds: maker.seconds, fence: .none
          ).value
          guard let text = SessionDocument.render(session) else { break }
          return SharedSecret(text.bytes.clone())
        } catch {
          let trouble = maker.trouble(error, at: step)
          guard !isLast, trouble.finding.code == .sessionCodeRefused else { throw trouble }
          used = step
        }
      }
    } catch { throw CommandFailure(error.finding) }
    throw CommandFailure(.credentials(.noSessionFromAWS))
  }

  private func publishedPair() throws(CommandFailure) -> AccessKeyPair {
    guard let found = try read(user.credentials),
      case .success(let pair) = CredentialDocument.read(found.value)
    else {
      throw CommandFailure(.credentials(.notPublishedForSession(user: user.name)))
    }
    return pair
  }

  /// What the record says of the last code. Who may not read it learns it from AWS's refusal.
  private func lastStep() -> TOTPStep? {
    guard let record = try? aws.decrypted(ParameterPlace(user.record)), let text = record.text,
      case .document(let document) = RecordDocument.read(text)
    else { return nil }
    return document.session?.lastStep.map { TOTPStep(number: $0) }
  }

  private func read(_ name: String) throws(CommandFailure) -> Parameter? {
    do throws(CallFailure) { return try aws.decrypted(ParameterPlace(name)) } catch {
      throw CommandFailure(reading: name, error)
    }
  }
}
