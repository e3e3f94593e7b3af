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
      throw Trouble(
        code: "session-seed", "\(place) holds no seed: \(error.reason)",
        remedy: "put the base32 text there that AWS showed for the device \(settings.mfaSerial)")
    }
  }

  private func read() throws(Trouble) -> SecretBytes {
    guard case .parameter(let name) = settings.seed else {
      do throws(SeedFailure) { return try seeds.read(settings.seed) } catch {
        throw Trouble(code: "session-seed", error.message, remedy: error.remedy)
      }
    }
    let parameter: Parameter?
    do throws(CallFailure) { parameter = try aws.decrypted(ParameterPlace(name)) } catch {
      throw Trouble(
        code: "session-seed", "\(settings.seed.inWords) can't be read: \(error.message)",
        remedy: "allow ssm:GetParameter for it, and kms:Decrypt for its key")
    }
    guard let parameter else {
      throw Trouble(
        code: "session-seed", "there is no parameter \(name), which should hold the device's seed",
        remedy: "`rotate mfa enroll` makes a device and puts its seed there")
    }
    guard parameter.kind == .secureString else {
      throw Trouble(
        code: "session-seed", "\(name) is a String: everybody who may read it has the seed",
        remedy: "make a new device, whose seed goes into a SecureString, and delete this one")
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

    init(code: String, _ message: String, remedy: String) {
      finding = Finding(code: code, .failed, message, remedy: remedy)
    }
  }

  /// What AWS's refusal means.
  package func trouble(_ failure: CallFailure, at step: TOTPStep) -> Trouble {
    let said = failure.message + (failure.requestId.map { " (request \($0))" } ?? "")
    let words = failure.message.lowercased()
    if words.contains("one time pass code") || failure.code == "InvalidAuthenticationCode" {
      return Trouble(
        code: "session-code-refused",
        "AWS refuses the code of the device \(settings.mfaSerial) for the 30 seconds from "
          + "\(Date(timeIntervalSince1970: step.begin).inWords) by AWS's clock: \(said)",
        remedy: "if somebody else used the same code, the next run does better; otherwise "
          + "\(settings.seed.inWords) holds another device's seed: enroll a new device")
    }
    if words.contains("mfa serial") || words.contains("unable to validate mfa") {
      return Trouble(
        code: "session-device",
        "the device \(settings.mfaSerial) isn't enabled for this user: \(said)",
        remedy: "compare `mfaSerial` with `aws iam list-mfa-devices`; `rotate mfa enroll` makes one"
      )
    }
    if Self.isPropagation(failure) {
      return Trouble(
        code: "session-key-refused", "STS doesn't know the published key (yet): \(said)",
        remedy: "nothing at first: after a rotation the next run does better")
    }
    if ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"].contains(failure.code) {
      return Trouble(
        code: "session-clock", "the time is not AWS's, and codes depend on it: \(said)",
        remedy: "see whether a proxy delays calls or answers with old `Date` headers")
    }
    return Trouble(
      code: "session-failed", "\(failure.operation): \(said)",
      remedy: "the session before stays published while it lasts; the next run tries again")
  }

  static func isPropagation(_ failure: CallFailure) -> Bool {
    ["InvalidClientTokenId", "UnrecognizedClientException"].contains(failure.code)
  }
}
