internal import AWSClient
internal import FoundationEssentials
internal import Glibc
internal import LibCrypto
internal import Logging
internal import OneTimePassword

/// Runs one operation after another against a server, as lines on standard input name them, and
/// prints each outcome as one line, so that a Python test can compare it with boto3's. Secrets are
/// printed: it exists for tests against local servers only.
@main enum ClientJudge {
  static func main() {
    let environment = ProcessInfo.processInfo.environment
    let shared = ServiceClient.Shared(
      clock: AWSClock(wall: { Date() }, bootTime: uptime), random: { Double.random(in: 0...1) },
      sleep: { usleep(UInt32($0.milliseconds) * 1_000) }, logger: Logger(label: "judge"))
    let client = ServiceClient(
      transport: CurlTransport(settings: TransportSettings(environment: environment)),
      credentials: {
        Credentials(
          accessKeyId: environment["AWS_ACCESS_KEY_ID"] ?? "",
          secretAccessKey: SecretBytes(copying: environment["AWS_SECRET_ACCESS_KEY"] ?? ""),
          sessionToken: environment["AWS_SESSION_TOKEN"].map { SecretBytes(copying: $0) },
          source: "environment")
      },
      region: environment["AWS_REGION"] ?? "us-east-1",
      endpoints: EndpointSettings(url: environment["AWS_ENDPOINT_URL"]), shared: shared,
      // No verdict may hang on how busy the machine is.
      timeouts: .init(connect: .seconds(300), total: .seconds(300)), callLimit: .seconds(600))
    while let line = readLine() {
      let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      print(outcome(words, client))
      fflush(nil)
    }
  }

  private static func uptime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  private static func outcome(_ words: [String], _ client: ServiceClient) -> String {
    do {
      return try run(words[0], Array(words.dropFirst()), client).joined(separator: "\t")
    } catch let failure as AWSFailure {
      return ["!", failure.kind.rawValue, failure.execution.rawValue, failure.code ?? "-"]
        .joined(separator: "\t")
    } catch {
      return "!\t\(error)"
    }
  }

  private static func run(
    _ name: String, _ input: [String], _ client: ServiceClient
  ) throws -> [String] {
    switch name {
    case "GetCallerIdentity":
      let identity = try client.run(STS.getCallerIdentity()).output
      return [identity.arn, identity.account, identity.userId]
    case "AssumeRole":
      let operation = STS.assumeRole(roleArn: input[0], roleSessionName: "judge", source: "")
      let session = try client.run(operation).output
      return [session.accessKeyId, text(session.sessionToken), seconds(session.expiration)]
    case "GetSessionToken":
      let session = try client.run(STS.getSessionToken(source: "")).output
      return [session.accessKeyId, text(session.sessionToken), seconds(session.expiration)]
    case "Endpoint": return try endpoint(input)
    case "Proxy": return [proxy(input)]
    case "Code":
      let seed = try TOTPSeed.read(SecretBytes(copying: input[0]))
      return [seed.code(at: TOTPStep(at: Double(input[1]) ?? 0))]
    case _ where name.contains("MFA"): return try devices(name, input, client)
    case _ where name.contains("Parameter"): return try parameters(name, input, client)
    default: return try iam(name, input, client)
    }
  }

  /// Service, region, and `1` or `0` for FIPS, dual-stack and the legacy global STS.
  private static func endpoint(_ input: [String]) throws -> [String] {
    guard let service = Service(rawValue: input[0]) else { return ["unknown service"] }
    let settings = EndpointSettings(
      useFIPS: input[2] == "1", useDualStack: input[3] == "1", usesLegacyGlobalSTS: input[4] == "1")
    let endpoint = try Endpoint(service, region: input[1], settings: settings)
    return [endpoint.url, endpoint.signingRegion]
  }

  /// A URL, then the environment as `NAME=value`.
  private static func proxy(_ input: [String]) -> String {
    let variables = input.dropFirst().map {
      $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    }
    let environment = Dictionary(
      variables.map { (String($0[0]), String($0[1])) }, uniquingKeysWith: { $1 })
    return TransportSettings(environment: environment).proxy(for: input[0]) ?? "-"
  }

  private static func iam(
    _ name: String, _ input: [String], _ client: ServiceClient
  ) throws -> [String] {
    switch name {
    case "ListAccessKeys":
      return try client.run(IAM.listAccessKeys(userName: input[0])).output.flatMap {
        [$0.accessKeyId, $0.status.rawValue, seconds($0.createDate)]
      }
    case "CreateAccessKey":
      let key = try client.run(IAM.createAccessKey(userName: input[0])).output
      return [key.userName, key.accessKeyId, text(key.secretAccessKey), seconds(key.createDate)]
    case "UpdateAccessKey":
      try client.run(
        IAM.updateAccessKey(
          userName: input[0], accessKeyId: input[1], status: .init(rawValue: input[2])))
      return []
    case "DeleteAccessKey":
      try client.run(IAM.deleteAccessKey(userName: input[0], accessKeyId: input[1]))
      return []
    case "GetAccessKeyLastUsed":
      let used = try client.run(IAM.getAccessKeyLastUsed(accessKeyId: input[0])).output
      return [
        used.userName ?? "-", seconds(used.lastUsedDate), used.serviceName ?? "-",
        used.region ?? "-",
      ]
    case "GetUser":
      let user = try client.run(IAM.getUser(userName: input[0])).output
      return [user.userName, user.userId, user.arn, user.path, seconds(user.createDate)]
    case "ListUsers":
      return try client.run(IAM.listUsers(pathPrefix: input[0])).output.map(\.userName)
    case "GetGroup":
      return try client.run(IAM.getGroup(groupName: input[0])).output.map(\.userName)
    default: return ["unknown operation"]
    }
  }

  private static func devices(
    _ name: String, _ input: [String], _ client: ServiceClient
  ) throws -> [String] {
    switch name {
    case "CreateVirtualMFADevice":
      let made = IAM.createVirtualMFADevice(name: input[0], path: input[1])
      let device = try client.run(made).output
      return [device.serialNumber, text(device.seed)]
    case "EnableMFADevice":
      try client.run(
        IAM.enableMFADevice(
          userName: input[0], serialNumber: input[1], codes: (input[2], input[3])))
      return []
    case "DeleteVirtualMFADevice":
      try client.run(IAM.deleteVirtualMFADevice(serialNumber: input[0]))
      return []
    case "ListVirtualMFADevices":
      return try client.run(IAM.listVirtualMFADevices()).output.flatMap {
        [$0.serialNumber, $0.userName ?? "-", seconds($0.enableDate)]
      }
    case "ListMFADevices":
      return try client.run(IAM.listMFADevices(userName: input[0])).output.flatMap {
        [$0.userName, $0.serialNumber, seconds($0.enableDate)]
      }
    default: return ["unknown operation"]
    }
  }

  private static func parameters(
    _ name: String, _ input: [String], _ client: ServiceClient
  ) throws -> [String] {
    func fields(_ parameter: SSM.Parameter) -> [String] {
      [
        parameter.name, parameter.type, "\(parameter.version)", text(parameter.value),
        seconds(parameter.lastModifiedDate),
      ]
    }
    switch name {
    case "GetParameter":
      return fields(try client.run(SSM.getParameter(name: input[0], withDecryption: true)).output)
    case "GetParameters":
      let found = try client.run(SSM.getParameters(names: input, withDecryption: true)).output
      return found.parameters.sorted { $0.name < $1.name }.flatMap(fields)
        + ["invalid"] + found.invalidParameters.sorted()
    case "GetParameterHistory":
      return try client.run(
        SSM.getParameterHistory(name: input[0], withDecryption: true)
      ).output.flatMap(fields)
    case "PutParameter":
      let put = try SSM.putParameter(
        name: input[0], type: input[1] == "String" ? .string : .secureString,
        value: SharedSecret(SecretBytes(copying: input[2])))
      return ["\(try client.run(put).output)"]
    default: return ["unknown operation"]
    }
  }

  private static func text(_ secret: borrowing SecretBytes) -> String {
    secret.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  private static func text(_ secret: borrowing SecretBytes?) -> String {
    switch secret {
    case .some(let secret): text(secret)
    case .none: "-"
    }
  }

  /// Whole seconds since 1970, or `-`.
  private static func seconds(_ date: Date?) -> String {
    date.map { "\(Int64($0.timeIntervalSince1970.rounded(.down)))" } ?? "-"
  }
}
