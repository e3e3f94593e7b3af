import AWSClient
import LibCrypto
import Logging

import struct FoundationEssentials.Date

/// Replies of AWS's services: the first byte chooses the operation, the second the status, the rest
/// is the body.
enum Replies {
  static func readXML(_ input: [UInt8]) throws(BrokenPromise) {
    let server = Server(
      input, planting: "<SecretAccessKey>\(Secret.text)</SecretAccessKey>", after: "</AccessKeyId>")
    switch server.choice % 9 {
    case 0:
      let keys = try server.ask(IAM.listAccessKeys(userName: "u")) ?? []
      try BrokenPromise.unless(keys.allSatisfy { !$0.accessKeyId.isEmpty }, "a key without id")
    case 1:
      let key = try server.ask(IAM.createAccessKey(userName: "u"))
      try BrokenPromise.unless(key.map { $0.secretAccessKey.count > 0 } ?? true, "no secret")
    case 2: _ = try server.ask(IAM.deleteAccessKey(userName: "u", accessKeyId: "AKIA"))
    case 3: _ = try server.ask(IAM.getAccessKeyLastUsed(accessKeyId: "AKIA"))
    case 4: _ = try server.ask(IAM.getUser(userName: "u"))
    case 5: _ = try server.ask(IAM.listUsers(pathPrefix: "/"))
    case 6: _ = try server.ask(IAM.getGroup(groupName: "g"))
    case 7: _ = try server.ask(STS.getCallerIdentity())
    default: _ = try server.ask(STS.getSessionToken(source: "fuzz"))
    }
  }

  static func readJSON(_ input: [UInt8]) throws(BrokenPromise) {
    let server = Server(input, planting: "\"\(Secret.text)\",\"Other\":", after: "\"Value\":")
    guard let read = try? SSM.getParameter(name: "/a", withDecryption: true),
      let readBoth = try? SSM.getParameters(names: ["/a", "/b"], withDecryption: true),
      let readAll = try? SSM.getParameterHistory(name: "/a", withDecryption: true),
      let write = try? SSM.putParameter(
        name: "/a", type: .secureString, value: SharedSecret(SecretBytes(copying: Secret.text)))
    else { throw BrokenPromise(message: "a request that can't be written") }
    switch server.choice % 4 {
    case 0: try judge(server.ask(read).map { [$0] } ?? [])
    case 1: try judge(server.ask(readBoth)?.parameters ?? [])
    case 2:
      let versions = try server.ask(readAll) ?? []
      try judge(versions)
      try BrokenPromise.unless(
        zip(versions, versions.dropFirst()).allSatisfy { $0.version <= $1.version },
        "the history is out of order")
    default: _ = try server.ask(write)
    }
  }

  /// Times are added to and counted from by the planner: one that overflows would be a crash there.
  private static func judge(_ parameters: [SSM.Parameter]) throws(BrokenPromise) {
    for parameter in parameters { try Times.judge(parameter.lastModifiedDate) }
  }
}

/// A server that gives the same answer to everything, and the client of it.
private final class Server: HTTPTransport {
  let choice: UInt8
  private let response: HTTPResponse

  init(_ input: [UInt8], planting secret: String, after marker: String) {
    choice = input.first ?? 0
    let status = [200, 200, 400, 403, 409, 500][Int(input.dropFirst().first ?? 0) % 6]
    let body = Array(input.dropFirst(2)).planting(secret, after: marker)
    response = HTTPResponse(
      status: status, headers: [("Date", "Fri, 15 Jan 2027 08:00:00 GMT")],
      body: SharedSecret(copying: body))
  }

  func send(_ requests: [HTTPRequest]) -> [Result<HTTPResponse, HTTPFailure>] {
    requests.map { _ in .success(response) }
  }

  /// Nil where the answer is refused; the refusal must not repeat a secret, and must be short.
  func ask<Output>(_ operation: Operation<Output>) throws(BrokenPromise) -> Output? {
    let uptime = Locked(Duration.seconds(1_000))
    let shared = ServiceClient.Shared(
      clock: AWSClock(
        wall: { Date(timeIntervalSince1970: 1_800_000_000) }, bootTime: { uptime.value }),
      random: { 0 }, sleep: { duration in uptime.withLock { $0 += max(duration, .seconds(1)) } },
      logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() })
    let client = ServiceClient(
      transport: self,
      credentials: {
        Credentials(
          accessKeyId: "AKIA", secretAccessKey: SecretBytes(copying: Secret.text), source: "fuzz")
      }, region: "eu-west-1", shared: shared)
    do throws(AWSFailure) {
      return try client.run(operation).output
    } catch {
      try BrokenPromise.ifSecret(in: error.description)
      try BrokenPromise.unless(error.description.utf8.count < 8_192, "a message without end")
      return nil
    }
  }
}
