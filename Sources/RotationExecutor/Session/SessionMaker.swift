internal import LibCrypto
package import OneTimePassword
package import RotationPlanner
internal import struct FoundationEssentials.Date

/// What making a session takes besides the key: the seed, the moment, and an account of what AWS
/// says. Used under a lease by a run, and without one by `rotate credentials --session`.
package struct SessionMaker {
  private let aws: any AWSPort
  private let seeds: any LocalSeeds
  private let settings: SessionSettings

  package init(_ settings: SessionSettings, aws: any AWSPort, seeds: any LocalSeeds) {
    self.settings = settings
    self.aws = aws
    self.seeds = seeds
  }

  package var seconds: Int { Int(settings.duration.components.seconds) }

  /// The device's seed, from where the configuration says.
  package func seed() throws(Trouble) -> TOTPSeed {
    let place = settings.seed.inWords
    let text = try read()
    do throws(TOTPSeed.Fault) { return try TOTPSeed.read(text) } catch {
      throw Trouble(.seedUnsound(place, why: error.reason, device: settings.mfaSerial))
    }
  }

  private func read() throws(Trouble) -> SecretBytes {
    guard case .parameter(let name) = settings.seed else {
      do throws(SeedFailure) { return try seeds.read(settings.seed) } catch {
        throw Trouble(.seedRefused(why: error.message, advice: error.remedy))
      }
    }
    let parameter: Parameter?
    do throws(CallFailure) { parameter = try aws.decrypted(ParameterPlace(name)) } catch {
      throw Trouble(.seedUnreadable(settings.seed.inWords, why: error.message))
    }
    guard let parameter else {
      throw Trouble(.seedMissing(parameter: name))
    }
    guard parameter.kind == .secureString else {
      throw Trouble(.seedInClear(parameter: name))
    }
    return parameter.value.clone()
  }

  /// Waits for the first step whose code may be sent, by AWS's own time: later than `used`, since
  /// AWS takes each code once. Nil where AWS's time is unknown.
  package func step(after used: TOTPStep?) -> TOTPStep? {
    for _ in 0..<4 {
      guard let now = aws.now() else { return nil }
      let (step, wait) = TOTPStep.next(at: now.timeIntervalSince1970, after: used)
      if wait == 0 { return step }
      aws.sleep(.milliseconds(Int64((wait * 1000).rounded(.up))))
    }
    return nil
  }

  /// Why there is no session, with its own code.
  package struct Trouble: Error, Sendable, Equatable {
    package var finding: Finding

    init(_ finding: SessionFinding) { self.finding = .session(finding) }
  }

  /// What AWS's refusal means.
  package func trouble(_ failure: CallFailure, at step: TOTPStep) -> Trouble {
    let said = failure.message + (failure.requestId.map { " (request \($0))" } ?? "")
    let words = failure.message.lowercased()
    if words.contains("one time pass code") || failure.code == "InvalidAuthenticationCode" {
      return Trouble(
        .codeRefused(
          device: settings.mfaSerial, step: Date(timeIntervalSince1970: step.begin), said: said,
          seed: settings.seed.inWords))
    }
    if words.contains("mfa serial") || words.contains("unable to validate mfa") {
      return Trouble(.deviceNotEnabled(settings.mfaSerial, said: said))
    }
    if Self.isPropagation(failure) {
      return Trouble(.keyRefused(said: said))
    }
    if ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"].contains(failure.code) {
      return Trouble(.clockRefused(said: said))
    }
    return Trouble(.failed(operation: failure.operation, said: said))
  }

  static func isPropagation(_ failure: CallFailure) -> Bool {
    ["InvalidClientTokenId", "UnrecognizedClientException"].contains(failure.code)
  }
}
