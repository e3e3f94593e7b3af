internal import AWSCredentials
internal import AWSClient
internal import LibCrypto
internal import OneTimePassword
internal import RotationExecutor
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// The codes for profiles with `mfa_serial`: the one of `--mfa-code`; those that the configured seed
/// gives, for a machine; or what a person types at the terminal. Each is given once.
final class MFACodes: Sendable {
  /// From the command line and the configuration.
  struct Options: Sendable {
    /// `--mfa-code`, six digits.
    var code: String?
    /// `mfa.totpSeed`.
    var seed: SeedSource?
  }

  private struct State {
    var given: Set<String> = []
    var lastStep: TOTPStep?
  }

  private let options: Options
  private let seeds: any LocalSeeds
  private let shared: ServiceClient.Shared
  /// Reads a parameter, signed by the credentials that ask for the role.
  private let parameter: @Sendable (String, Credentials) throws(AWSFailure) -> SSM.Parameter
  private let terminal: @Sendable (_ question: String) -> String?
  private let state = Locked(State())

  init(
    _ options: Options, seeds: any LocalSeeds, shared: ServiceClient.Shared,
    terminal: @escaping @Sendable (_ question: String) -> String? = Terminal.ask,
    parameter: @escaping @Sendable (String, Credentials) throws(AWSFailure) -> SSM.Parameter
  ) {
    self.options = options
    self.seeds = seeds
    self.shared = shared
    self.terminal = terminal
    self.parameter = parameter
  }

  static func isCode(_ text: String) -> Bool {
    text.utf8.count == 6 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// Nil: nobody can be asked, or not again.
  func code(_ request: MFARequest) throws(CredentialFailure) -> String? {
    if let code = options.code { return isNew(code) ? code : nil }
    if let seed = options.seed { return try fromSeed(seed, request) }
    return typed(request)
  }

  private func isNew(_ code: String) -> Bool {
    state.withLock { $0.given.insert(code).inserted }
  }

  // MARK: A machine

  private func fromSeed(
    _ source: SeedSource, _ request: MFARequest
  ) throws(CredentialFailure) -> String {
    let seed = try seed(source, request)
    while true {
      let used = state.withLock { $0.lastStep }
      // AWS's time where it has answered already; the host's before.
      let now = shared.clock.now().timeIntervalSince1970
      let (step, wait) = TOTPStep.next(at: now, after: used)
      if wait == 0 {
        state.withLock { $0.lastStep = step }
        return seed.code(at: step)
      }
      shared.sleep(.milliseconds(Int64((wait * 1000).rounded(.up))))
    }
  }

  private func seed(
    _ source: SeedSource, _ request: MFARequest
  ) throws(CredentialFailure) -> TOTPSeed {
    let text: SecretBytes
    if case .parameter(let name) = source {
      let found: SSM.Parameter
      do throws(AWSFailure) { found = try parameter(name, request.credentials) } catch {
        throw failure(
          "the parameter \(name): \(error.code.map { "\($0): " } ?? "")\(error.message)",
          "The credentials that assume the role (\(request.credentials.source)) must be allowed to "
            + "read it.")
      }
      guard found.type == "SecureString" else {
        throw failure("the parameter \(name) is no SecureString", "Keep the seed in one.")
      }
      text = found.value.clone()
    } else {
      do throws(SeedFailure) { text = try seeds.read(source) } catch {
        throw failure(error.message, error.remedy)
      }
    }
    do throws(TOTPSeed.Fault) { return try TOTPSeed.read(text) } catch {
      throw failure(
        "\(source.inWords) holds no seed: \(error.reason)",
        "Put the base32 text there that AWS showed for the device \(request.serialNumber).")
    }
  }

  private func failure(_ message: String, _ remedy: String) -> CredentialFailure {
    CredentialFailure(.mfaSeedInvalid, source: "mfa", message, remedy: remedy)
  }

  // MARK: A person

  private static let tries = 3

  private func typed(_ request: MFARequest) -> String? {
    var question =
      request.isRepeated
      ? "AWS has refused that code. The next one of \(request.serialNumber): "
      : "MFA code of \(request.serialNumber) (profile \(request.profile)): "
    for _ in 0..<Self.tries {
      guard let answer = terminal(question) else { return nil }
      let code = String(answer.filter { !$0.isWhitespace })
      if !Self.isCode(code) {
        question = "Six digits are expected: "
      } else if !isNew(code) {
        question = "That code was used already; AWS takes each once. The next one: "
      } else {
        return code
      }
    }
    return nil
  }
}
