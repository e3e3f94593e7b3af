import AWSCredentials
import AWSClient
import Host
import LibCrypto

import struct FoundationEssentials.Date

/// A host without a disk, a network or programs, except for what an input puts there.
struct World {
  var files: MemoryFiles
  var environment: [String: String]
  /// The answers to requests, in turn; the last one for ever.
  var answers: [[UInt8]] = []
  /// What every program prints.
  var printed: [UInt8] = []

  var context: ProviderContext {
    let world = self
    return ProviderContext(
      environment: environment, region: "eu-west-1", homeDirectory: { _ in "/home" }, files: files,
      processes: Programs(printed: printed),
      now: { Date(timeIntervalSince1970: 1_800_000_000) }, sleep: { _ in },
      transport: { _ in Answers(world.answers) }, sts: { _ in NoSTS() })
  }

  /// Looks for credentials. The message of a failure must not repeat the secret.
  func resolve() throws(BrokenPromise) {
    do throws(CredentialFailure) {
      let found = try CredentialChain(CredentialsWorld(context)).resolve().credentials
      guard !found.accessKeyId.isEmpty, found.secretAccessKey.count > 0 else {
        throw CredentialFailure(.noCredentials, source: Self.promise, "half a key", remedy: "")
      }
    } catch {
      try BrokenPromise.ifSecret(in: error.description)
      try BrokenPromise.unless(error.source != Self.promise, error.message)
    }
  }

  private static let promise = "promise"

  private struct Programs: ProcessRunner {
    let printed: [UInt8]

    func run(_ request: ProcessRequest) throws(ProcessFailure) -> ProcessOutput {
      ProcessOutput(
        status: 0, standardOutput: SecretBytes(copying: printed), standardError: "")
    }
  }

  private final class Answers: HTTPTransport {
    private var rest: [[UInt8]]

    init(_ answers: [[UInt8]]) { rest = answers }

    func send(_ requests: [HTTPRequest]) -> [Result<HTTPResponse, HTTPFailure>] {
      requests.map { _ in
        guard let body = rest.first else { return .failure(HTTPFailure(.notConnected, "none")) }
        if rest.count > 1 { rest.removeFirst() }
        return .success(HTTPResponse(status: 200, body: SharedSecret(copying: body)))
      }
    }
  }

  private struct NoSTS: STSPort {
    func assumeRole(
      _ request: AssumeRoleRequest, signedBy credentials: Credentials
    ) throws(STSPortFailure) -> Credentials { throw STSPortFailure(message: "no STS") }

    func assumeRoleWithWebIdentity(
      _ request: AssumeRoleRequest, token: SharedSecret
    ) throws(STSPortFailure) -> Credentials { throw STSPortFailure(message: "no STS") }
  }
}

/// Files in memory.
final class MemoryFiles: FileStore {
  private let contents: Locked<[String: [UInt8]]>

  init(_ contents: [String: [UInt8]]) { self.contents = Locked(contents) }

  func read(_ path: String, limit: Int) throws(FileFailure) -> SecretBytes {
    guard let bytes = contents.value[path] else { throw .missing }
    guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
    return SecretBytes(copying: bytes)
  }

  func replace(_ path: String, with bytes: borrowing SecretBytes) throws(FileFailure) {
    let copy = bytes.withUnsafeBytes { Array($0) }
    contents.withLock { $0[path] = copy }
  }
}
