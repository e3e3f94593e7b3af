import AWSCredentials
internal import AWSClient
internal import FoundationEssentials
internal import Glibc
internal import LibCrypto
internal import Logging

/// Finds credentials as `rotate` does, in this process's environment, and prints what was found as
/// one JSON object. The differential tests hold it against botocore's findings.
///
/// `CredentialsJudge [PROFILE]`. Secrets are printed as SHA-256 digests. `CredentialsJudge --parse`
/// reads files and words instead, as lines on standard input ask for: see `Parsing`.
@main
struct CredentialsJudge {
  struct Verdict: Encodable {
    var accessKeyId: String?
    var secret: String?
    var token: String?
    var expiration: Double?
    var provider: String?
    var source: String?
    var code: String?
    var message: String?
    var tried: [String] = []
    var region: String?
  }

  static func main() throws {
    if CommandLine.arguments.dropFirst().first == "--parse" { return try Parsing.run() }
    let environment = ProcessInfo.processInfo.environment
    let context = ProviderContext.system(
      environment: environment, profile: CommandLine.arguments.dropFirst().first,
      shared: shared(),
      mfaCode: { _ in environment["TEST_MFA_CODE"].flatMap { $0.isEmpty ? nil : $0 } })
    var verdict = Verdict()
    do throws(CredentialFailure) {
      let world = try CredentialsWorld(context)
      verdict.region = world.settings.region
      let found = try CredentialChain(world).resolve()
      verdict.provider = found.provider
      verdict.tried = found.tried.map { "\($0.source): \($0.reason)" }
      verdict.describe(found.credentials)
    } catch {
      verdict.code = error.code.rawValue
      verdict.message = "\(error)"
      verdict.tried = error.tried.map { "\($0.source): \($0.reason)" }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    print(String(decoding: try encoder.encode(verdict), as: UTF8.self))
  }
}

extension CredentialsJudge {
  static func shared() -> ServiceClient.Shared {
    ServiceClient.Shared(
      clock: AWSClock(wall: { Date() }, bootTime: uptime), random: { 0.5 },
      sleep: { usleep(UInt32($0 / .microseconds(1))) },
      logger: Logger(label: "judge", factory: { _ in SwiftLogNoOpLogHandler() }))
  }

  private static func uptime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}

extension CredentialsJudge.Verdict {
  mutating func describe(_ credentials: Credentials) {
    func digest(_ secret: borrowing SecretBytes) -> String {
      SHA256.hexDigest(of: secret.withUnsafeBytes { Array($0) })
    }
    accessKeyId = credentials.accessKeyId
    source = credentials.source
    secret = digest(credentials.secretAccessKey)
    switch credentials.sessionToken {
    case .some(let sessionToken): token = digest(sessionToken)
    case .none: token = nil
    }
    expiration = credentials.expiration?.timeIntervalSince1970
  }
}
