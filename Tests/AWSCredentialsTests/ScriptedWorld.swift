import AWSCredentials
import AWSClient
import FoundationEssentials
import Host
import LibCrypto
import Testing

/// A world for the providers, made of values: environment, files, traffic and programs. What isn't
/// in it doesn't exist; what is asked of it beyond the script is recorded as a problem.
struct ScriptedWorld: Sendable {
  var environment: [String: String] = [:]
  var files: [String: String] = [:]
  /// Paths that exist and can't be read.
  var unreadable: Set<String> = []
  var traffic: [Exchange] = []
  /// By the arguments, joined by U+001F.
  var programs: [String: Program] = [:]
  var sts: [STSExchange] = []
  var profile: String?
  var region: String?
  var mfaCode: String?
  /// Metadata services are never behind a proxy; AWS's own hosts may be.
  var usesProxy = false
  var now = Date(timeIntervalSince1970: 1_800_000_000)

  /// One request that is expected next, and its answer.
  struct Exchange: Sendable {
    /// `GET http://…`, then each header that must be there, in lines of `name: value`.
    var request: String
    var answer: Answer

    enum Answer: Sendable {
      case body(Int, String)
      case failure(HTTPFailure.Kind)
    }

    static func ok(_ request: String, _ body: String) -> Exchange {
      Exchange(request: request, answer: .body(200, body))
    }

    static func status(_ request: String, _ status: Int) -> Exchange {
      Exchange(request: request, answer: .body(status, ""))
    }

    static func fails(_ request: String, _ kind: HTTPFailure.Kind) -> Exchange {
      Exchange(request: request, answer: .failure(kind))
    }
  }

  struct Program: Sendable {
    var status: Int32 = 0
    var output = ""
    var errors = ""
    var failure: ProcessFailure?
  }

  /// One call of STS: what it must be, and the access key id that it gives.
  struct STSExchange: Sendable {
    /// `roleArn` and what else is set, then ` by ` and who signs: `arn:…:role/a externalId=x by AKIA…`.
    var call: String
    var gives: String?
    var lifetime: Double = 3600
  }

  static let secrets = [
    "SecretSecretSecretSecretSecret1234567890", "TokenTokenTokenTokenToken0987654321",
  ]

  /// The world as the chain takes it, and the log of what was asked of it.
  func context() -> (ProviderContext, ScriptLog) {
    let log = ScriptLog(traffic: traffic, sts: sts, usesProxy: usesProxy)
    let now = self.now
    var context = ProviderContext(
      environment: environment, profile: profile, region: region,
      homeDirectory: { $0.map { $0 == "you" ? "/home/you" : nil } ?? "/home/me" },
      files: ScriptedFiles(files: files, unreadable: unreadable),
      processes: ScriptedProcesses(programs: programs, log: log),
      now: { now }, sleep: { log.slept($0) },
      transport: { _ in ScriptedTransport(log: log) }, sts: { _ in ScriptedSTS(log: log, now: now) }
    )
    if let mfaCode { context.mfaCode = { _ in mfaCode } }
    return (context, log)
  }
}

/// What is still expected, and what went otherwise.
final class ScriptLog: Sendable {
  struct State {
    var traffic: [ScriptedWorld.Exchange]
    var sts: [ScriptedWorld.STSExchange]
    var slept: Duration = .zero
    var problems: [String] = []
    var programsRun = 0
  }

  let state: Locked<State>

  let usesProxy: Bool

  init(traffic: [ScriptedWorld.Exchange], sts: [ScriptedWorld.STSExchange], usesProxy: Bool) {
    self.usesProxy = usesProxy
    state = Locked(State(traffic: traffic, sts: sts))
  }

  func slept(_ duration: Duration) {
    state.withLock { $0.slept += duration }
  }

  /// Everything that was expected has been asked, and nothing else.
  var problems: [String] {
    state.withLock { state in
      state.problems + state.traffic.map { "never sent: \($0.request)" }
        + state.sts.map { "never called: \($0.call)" }
    }
  }
}

struct ScriptedFiles: FileStore {
  var files: [String: String]
  var unreadable: Set<String>

  func read(_ path: String, limit: Int) throws(FileFailure) -> SecretBytes {
    if unreadable.contains(path) { throw .unreadable("Permission denied") }
    guard let text = files[path] else { throw .missing }
    guard text.utf8.count <= limit else { throw .tooLarge(limit: limit) }
    return SecretBytes(copying: text)
  }

  func replace(_ path: String, with bytes: borrowing SecretBytes) throws(FileFailure) {
    throw .unreadable("Read-only file system")
  }
}

struct ScriptedProcesses: ProcessRunner {
  var programs: [String: ScriptedWorld.Program]
  var log: ScriptLog

  func run(_ request: ProcessRequest) throws(ProcessFailure) -> ProcessOutput {
    log.state.withLock { $0.programsRun += 1 }
    guard let program = programs[request.arguments.joined(separator: "\u{1F}")] else {
      throw .notStarted("No such file or directory")
    }
    if let failure = program.failure { throw failure }
    return ProcessOutput(
      status: program.status, standardOutput: SecretBytes(copying: program.output),
      standardError: program.errors)
  }
}

final class ScriptedTransport: HTTPTransport {
  let log: ScriptLog

  init(log: ScriptLog) {
    self.log = log
  }

  func send(_ requests: [HTTPRequest]) -> [Result<HTTPResponse, HTTPFailure>] {
    requests.map(answer)
  }

  private func answer(_ request: HTTPRequest) -> Result<HTTPResponse, HTTPFailure> {
    log.state.withLock { state in
      let line = "\(request.method) \(request.url)"
      guard !state.traffic.isEmpty else {
        state.problems.append("not expected: \(line)")
        return .failure(HTTPFailure(.notConnected, "refused"))
      }
      let expected = state.traffic.removeFirst()
      let secret = request.secretHeaders.map { header in
        header.value.withUnsafeBytes { "\(header.name): \(String(decoding: $0, as: UTF8.self))" }
      }
      let headers = request.headers.map { "\($0.name): \($0.value)" } + secret
      let lines = expected.request.split(separator: "\n").map(String.init)
      if lines[0] != line || !lines.dropFirst().allSatisfy(headers.contains) {
        state.problems.append("expected \(lines), sent \(line) \(headers.count) headers")
      }
      if request.mayUseProxy != log.usesProxy { state.problems.append("\(line): proxy or not?") }
      switch expected.answer {
      case .body(_, let text) where text.utf8.count > request.responseLimit:
        return .failure(HTTPFailure(.responseTooLarge, "it has no end"))
      case .body(let status, let text):
        return .success(HTTPResponse(status: status, body: SharedSecret(copying: text)))
      case .failure(let kind): return .failure(HTTPFailure(kind, "it failed"))
      }
    }
  }
}

struct ScriptedSTS: STSPort {
  var log: ScriptLog
  var now: Date

  func assumeRole(
    _ request: AssumeRoleRequest, signedBy credentials: Credentials
  ) throws(STSPortFailure) -> Credentials {
    try answer(request, proof: " by \(credentials.accessKeyId)")
  }

  func assumeRoleWithWebIdentity(
    _ request: AssumeRoleRequest, token: SharedSecret
  ) throws(STSPortFailure) -> Credentials {
    let text = token.bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    return try answer(request, proof: " with \(text)")
  }

  private func answer(
    _ request: AssumeRoleRequest, proof: String
  ) throws(STSPortFailure) -> Credentials {
    var call = request.roleArn
    if !request.roleSessionName.hasPrefix("rotate-") { call += " name=\(request.roleSessionName)" }
    if let id = request.externalId { call += " externalId=\(id)" }
    if let serial = request.serialNumber { call += " mfa=\(serial)/\(request.tokenCode ?? "")" }
    if let seconds = request.durationSeconds { call += " seconds=\(seconds)" }
    call += proof
    let answer: ScriptedWorld.STSExchange? = log.state.withLock { state in
      guard let expected = state.sts.first else {
        state.problems.append("STS not expected: \(call)")
        return nil
      }
      state.sts.removeFirst()
      if expected.call != call {
        state.problems.append("expected \(expected.call), called \(call)")
      }
      return expected
    }
    guard let answer, let id = answer.gives else {
      throw STSPortFailure(code: "AccessDenied", message: "not authorized")
    }
    return Credentials(
      accessKeyId: id, secretAccessKey: SecretBytes(copying: ScriptedWorld.secrets[0]),
      sessionToken: SecretBytes(copying: ScriptedWorld.secrets[1]),
      expiration: now.addingTimeInterval(answer.lifetime), source: request.source)
  }
}
