import LibCrypto
import OneTimePassword
import RotationExecutor
import RotationPlanner

import struct FoundationEssentials.Date

/// A user with an MFA device, as AWS keeps it, under a clock that moves when somebody sleeps. It
/// takes each code once, and an idle sleep is the only way to the next one.
final class OneUser: AWSPort {
  static let seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
  /// Whoever runs, and has put all that stands there.
  static let principal = "arn:aws:iam::111122223333:role/rotate"
  static let serial = "arn:aws:iam::111122223333:mfa/deployer"

  var time = 1_800_000_000.0
  var slept: [Duration] = []
  var keys: [AccessKey] = []
  var parameters: [String: [Parameter]] = [:]
  var policies: [String: String] = [:]
  /// The seed that the device really has.
  var device: TOTPSeed
  /// The codes that were sent, by their steps; nil for one that is no step's of these minutes.
  var sent: [Int?] = []
  var accepted: Set<Int> = []
  /// What the next calls of an operation come to, before AWS does anything.
  var failures: [String: [CallFailure]] = [:]
  /// The same, after AWS has done it.
  var lost: [String: [CallFailure]] = [:]
  var calls: [String] = []
  private var sessions = 0

  init() throws {
    device = try TOTPSeed.read(SecretBytes(copying: Self.seed))
    write("/mfa", Self.seed, .secureString)
  }

  func write(_ name: String, _ text: String, _ kind: Parameter.Kind) {
    let version = (parameters[name]?.last?.version ?? 0) + 1
    parameters[name, default: []].append(
      Parameter(
        name: name, version: version, modifiedAt: Date(timeIntervalSince1970: time), kind: kind,
        writer: Self.principal, value: SecretBytes(copying: text)))
  }

  private func meet(_ operation: String) throws(CallFailure) {
    calls.append(operation)
    guard var waiting = failures[operation], !waiting.isEmpty else { return }
    let failure = waiting.removeFirst()
    failures[operation] = waiting
    throw failure
  }

  private func lose(_ operation: String) throws(CallFailure) {
    guard var waiting = lost[operation], !waiting.isEmpty else { return }
    let failure = waiting.removeFirst()
    lost[operation] = waiting
    throw failure
  }

  // MARK: AWSPort

  func now() -> Date? { Date(timeIntervalSince1970: time) }

  func sleep(_ duration: Duration) {
    slept.append(duration)
    time += duration.inSeconds
  }

  func observe(user: String, parameters places: [ParameterPlace]) -> FirstReads {
    var found: [ParameterPlace: Parameter] = [:]
    for place in places { found[place] = parameters[place.name]?.last }
    return FirstReads(
      user: .success(ObservedUser(name: user, userId: "AIDA1", account: "111122223333")),
      keys: .success(keys), parameters: found)
  }

  func keys(of user: String) throws(CallFailure) -> [AccessKey] { keys }

  func inlinePolicy(_ name: String, user: String) throws(CallFailure) -> String? { policies[name] }

  func putInlinePolicy(
    _ name: String, _ document: String, user: String, fence: Fence
  ) throws(CallFailure) -> Done<Void> {
    policies[name] = document
    return Done((), requestId: nil)
  }

  func deleteInlinePolicy(
    _ name: String, user: String, fence: Fence
  ) throws(CallFailure) -> Done<Void> {
    policies[name] = nil
    return Done((), requestId: nil)
  }

  func identity(signedBy pair: AccessKeyPair?, region: String?) throws(CallFailure)
    -> CallerIdentity
  { try identity() }

  func identity(of session: SessionCredentials) throws(CallFailure) -> CallerIdentity {
    try meet("proof")
    return try identity()
  }

  private func identity() throws(CallFailure) -> CallerIdentity {
    CallerIdentity(arn: "arn", account: "111122223333", userId: "AIDA1")
  }

  func lastUsed(_ id: AccessKeyID) throws(CallFailure) -> AccessKeyLastUsed {
    AccessKeyLastUsed(at: nil)
  }

  func decrypted(_ place: ParameterPlace) throws(CallFailure) -> Parameter? {
    try meet("GetParameter \(place.name)")
    return parameters[place.name]?.last
  }

  func decrypted(_ place: ParameterPlace, version: Int) throws(CallFailure) -> Parameter? {
    parameters[place.name]?.first { $0.version == version }
  }

  func history(_ name: String) throws(CallFailure) -> [Parameter] { parameters[name] ?? [] }

  func sessionToken(
    signedBy pair: AccessKeyPair, serialNumber: String, code: String, seconds: Int, fence: Fence
  ) throws(CallFailure) -> Done<SessionCredentials> {
    let step = Int(time / 30)
    let shown = [step, step - 1, step + 1].first { device.code(counter: $0) == code }
    sent.append(shown)
    try meet("GetSessionToken")
    guard let shown, accepted.insert(shown).inserted else {
      throw CallFailure(
        operation: "GetSessionToken", code: "AccessDenied",
        message: "MultiFactorAuthentication failed with invalid MFA one time pass code.",
        execution: .notExecuted)
    }
    try lose("GetSessionToken")
    sessions += 1
    return Done(
      SessionCredentials(
        accessKeyId: "ASIA\(sessions)", secret: SecretBytes(copying: "secret\(sessions)"),
        token: SecretBytes(copying: "token\(sessions)"),
        expiration: Date(timeIntervalSince1970: time.rounded(.down) + Double(seconds))),
      requestId: "request-\(sessions)")
  }

  func createAccessKey(user: String, fence: Fence) throws(CallFailure) -> Done<CreatedAccessKey> {
    let id = AccessKeyID("AKIA\(keys.count + 1)")
    let now = Date(timeIntervalSince1970: time)
    keys.append(AccessKey(id: id, status: .active, createdAt: now))
    return Done(
      CreatedAccessKey(
        pair: AccessKeyPair(id: id, secret: SecretBytes(copying: "Secret\(keys.count)")),
        createdAt: now), requestId: nil)
  }

  func setStatus(
    _ status: AccessKeyStatus, of id: AccessKeyID, user: String, fence: Fence
  ) throws(CallFailure) -> Done<Void> { Done((), requestId: nil) }

  func deleteAccessKey(
    _ id: AccessKeyID, user: String, fence: Fence
  ) throws(CallFailure) -> Done<Bool> {
    keys.removeAll { $0.id == id }
    return Done(true, requestId: nil)
  }

  func put(_ writes: [ParameterWrite], fence: Fence) -> [Result<Done<Int>, CallFailure>] {
    writes.map { write in
      do throws(CallFailure) {
        try meet("PutParameter \(write.name)")
        let text = write.value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        self.write(write.name, text, write.kind)
        try lose("PutParameter \(write.name)")
        return .success(Done(parameters[write.name]?.last?.version ?? 0, requestId: nil))
      } catch { return .failure(error) }
    }
  }
}

/// No files.
final class NoFiles: ProjectionFiles {
  func keyId(in projection: FileProjection) throws(ProjectionFailure) -> AccessKeyID? { nil }
  func check(_ projection: FileProjection) throws(ProjectionFailure) {}
  func write(
    _ pair: AccessKeyPair, to projection: FileProjection
  ) throws(ProjectionFailure) -> Set<ProjectionNote> { [] }
}
