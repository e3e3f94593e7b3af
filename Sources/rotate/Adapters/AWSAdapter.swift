internal import AWSClient
internal import LibCrypto
internal import RotationExecutor
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// Binds the executor's port to the clients of AWS's services. It belongs to one thread.
final class AWSAdapter: AWSPort {
  private let client: ServiceClient

  init(_ client: ServiceClient) { self.client = client }

  func now() -> Date? {
    client.shared.clock.isAnchored ? client.shared.clock.now() : nil
  }

  var timeAbsence: String { client.shared.clock.absence }

  func sleep(_ duration: Duration) { client.shared.sleep(duration) }

  var isStopping: Bool { Interruption.shared.isAsked }

  // MARK: Reads

  func observe(user: String, parameters: [ParameterPlace]) -> FirstReads {
    let reads = chunks(parameters)
    guard let first = reads.first else {
      let failure = CallFailure(
        operation: "GetParameters", message: "no name to ask for", execution: .notExecuted)
      return FirstReads(user: .failure(failure), keys: .failure(failure), parameters: [:])
    }
    // Nearly always the first is the only one.
    let (found, keys, values) = client.run(
      Call(IAM.getUser(userName: user)), Call(IAM.listAccessKeys(userName: user)), first.call)
    var result = FirstReads(
      user: found.map { ObservedUser($0.output) }.mapError { CallFailure($0) },
      keys: keys.map { $0.output.map { AccessKey($0) } }.mapError { CallFailure($0) },
      parameters: [:])
    let others = Array(reads.dropFirst())
    collect([first] + others, [values] + client.run(others.map(\.call)), into: &result)
    return result
  }

  /// One name that can't be read fails a call as a whole. So the others are asked for alone then:
  /// whatever else is wrong, the record must be readable.
  private func collect(
    _ reads: [Read], _ replies: [Result<Reply<SSM.FoundParameters>, AWSFailure>],
    into result: inout FirstReads
  ) {
    for (read, reply) in zip(reads, replies) {
      switch reply {
      case .success(let reply):
        for parameter in reply.output.parameters {
          result.parameters[ParameterPlace(parameter.name, region: read.region)] =
            Parameter(parameter)
        }
      case .failure(let failure)
      where Self.refusals.contains(failure.code ?? "") && read.places.count > 1:
        let alone = read.places.flatMap { chunks([$0]) }
        collect(alone, client.run(alone.map(\.call)), into: &result)
      case .failure(let failure):
        for place in read.places { result.unread[place] = CallFailure(failure) }
      }
    }
  }

  /// What may be meant of one name among several.
  private static let refusals: Set<String> = ["AccessDeniedException", "ValidationException"]

  private struct Read {
    var call: Call<SSM.FoundParameters>
    var places: [ParameterPlace]
    var region: String?
  }

  /// `GetParameters` takes ten names of one region.
  private func chunks(_ places: [ParameterPlace]) -> [Read] {
    Dictionary(grouping: places, by: \.region).sorted { ($0.key ?? "") < ($1.key ?? "") }
      .flatMap { region, places in
        stride(from: 0, to: places.count, by: SSM.maximumNames).compactMap { start in
          let some = Array(places[start...].prefix(SSM.maximumNames))
          return (try? SSM.getParameters(names: some.map(\.name), withDecryption: false)).map {
            Read(call: Call($0, region: region), places: some, region: region)
          }
        }
      }
  }

  func identity(
    signedBy pair: AccessKeyPair?, region: String?
  ) throws(CallFailure) -> CallerIdentity {
    let credentials = pair.map {
      Credentials(
        accessKeyId: $0.id.rawValue, secretAccessKey: $0.secret.clone(), source: "the key on trial")
    }
    let identity = try run(
      Call(STS.getCallerIdentity(), credentials: credentials, region: region)
    ).output
    return CallerIdentity(arn: identity.arn, account: identity.account, userId: identity.userId)
  }

  func identity(of session: SessionCredentials) throws(CallFailure) -> CallerIdentity {
    let credentials = Credentials(
      accessKeyId: session.accessKeyId, secretAccessKey: session.secret.clone(),
      sessionToken: session.token.clone(), source: "the session on trial")
    let identity = try run(Call(STS.getCallerIdentity(), credentials: credentials)).output
    return CallerIdentity(arn: identity.arn, account: identity.account, userId: identity.userId)
  }

  func lastUsed(_ id: AccessKeyID) throws(CallFailure) -> AccessKeyLastUsed {
    let used = try run(Call(IAM.getAccessKeyLastUsed(accessKeyId: id.rawValue))).output
    return AccessKeyLastUsed(at: used.lastUsedDate, service: used.serviceName, region: used.region)
  }

  func decrypted(_ place: ParameterPlace) throws(CallFailure) -> Parameter? {
    do throws(CallFailure) {
      let read = try made("GetParameter") { () throws(CodecFailure) in
        try SSM.getParameter(name: place.name, withDecryption: true)
      }
      return Parameter(try run(Call(read, region: place.region)).output)
    } catch {
      if error.code == "ParameterNotFound" { return nil }
      throw error
    }
  }

  func decrypted(_ place: ParameterPlace, version: Int) throws(CallFailure) -> Parameter? {
    do throws(CallFailure) {
      let read = try made("GetParameter") { () throws(CodecFailure) in
        try SSM.getParameter(name: place.name, version: version, withDecryption: true)
      }
      return Parameter(try run(Call(read, region: place.region)).output)
    } catch {
      if ["ParameterNotFound", "ParameterVersionNotFound"].contains(error.code) { return nil }
      throw error
    }
  }

  func history(_ name: String) throws(CallFailure) -> [Parameter] {
    do throws(CallFailure) {
      let read = try made("GetParameterHistory") { () throws(CodecFailure) in
        try SSM.getParameterHistory(name: name, withDecryption: false)
      }
      return try run(Call(read)).output.map { Parameter($0) }
    } catch {
      if error.code == "ParameterNotFound" { return [] }
      throw error
    }
  }

  // MARK: Changes

  func sessionToken(
    signedBy pair: AccessKeyPair, serialNumber: String, code: String, seconds: Int, fence: Fence
  ) throws(CallFailure) -> Done<SessionCredentials> {
    let made = STS.getSessionToken(
      serialNumber: serialNumber, tokenCode: code, durationSeconds: seconds, source: "the session")
    let key = Credentials(
      accessKeyId: pair.id.rawValue, secretAccessKey: pair.secret.clone(),
      source: "the published key")
    let reply = try run(Call(made, credentials: key, fence: fence.forSigning))
    guard let token = reply.output.sessionToken?.clone(), let end = reply.output.expiration else {
      throw CallFailure(
        operation: "GetSessionToken", message: "the answer has no session token or no end",
        requestId: reply.requestId, execution: .unknown)
    }
    return Done(
      SessionCredentials(
        accessKeyId: reply.output.accessKeyId,
        secret: reply.output.secretAccessKey.clone(), token: token, expiration: end),
      requestId: reply.requestId)
  }

  func createAccessKey(
    user: String, fence: Fence
  ) throws(CallFailure) -> Done<CreatedAccessKey> {
    let reply = try run(Call(IAM.createAccessKey(userName: user), fence: fence.forSigning))
    let key = reply.output
    return Done(
      CreatedAccessKey(
        pair: AccessKeyPair(
          id: AccessKeyID(key.accessKeyId), secret: key.secretAccessKey.clone()),
        createdAt: key.createDate), requestId: reply.requestId)
  }

  func setStatus(
    _ status: AccessKeyStatus, of id: AccessKeyID, user: String, fence: Fence
  ) throws(CallFailure) -> Done<Void> {
    let update = IAM.updateAccessKey(
      userName: user, accessKeyId: id.rawValue, status: status == .active ? .active : .inactive)
    return Done((), requestId: try run(Call(update, fence: fence.forSigning)).requestId)
  }

  func deleteAccessKey(
    _ id: AccessKeyID, user: String, fence: Fence
  ) throws(CallFailure) -> Done<Bool> {
    let deletion = IAM.deleteAccessKey(userName: user, accessKeyId: id.rawValue)
    do throws(CallFailure) {
      return Done(true, requestId: try run(Call(deletion, fence: fence.forSigning)).requestId)
    } catch {
      guard error.code == "NoSuchEntity" else { throw error }
      // It is the key, unless the user has been renamed: then nothing was deleted.
      _ = try run(Call(IAM.getUser(userName: user)))
      return Done(false, requestId: error.requestId)
    }
  }

  func put(_ writes: [ParameterWrite], fence: Fence) -> [Result<Done<Int>, CallFailure>] {
    var calls: [Call<Int>] = []
    for write in writes {
      do throws(CallFailure) {
        let put = try made("PutParameter") { () throws(CodecFailure) in
          try SSM.putParameter(
            name: write.name, type: SSM.ParameterType(write.kind),
            value: SharedSecret(write.value.clone()),
            keyId: write.kind == .secureString ? write.kmsKeyId : nil)
        }
        calls.append(Call(put, region: write.region, fence: fence.forSigning))
      } catch {
        // A value that can't be written at all: put none, so that no half of a pair is new.
        return writes.map { _ in .failure(error) }
      }
    }
    return client.run(calls).map { result in
      result.map { Done($0.output, requestId: $0.requestId) }.mapError { CallFailure($0) }
    }
  }

  // MARK: -

  func run<Output>(_ call: Call<Output>) throws(CallFailure) -> Reply<Output> {
    do throws(AWSFailure) { return try client.run(call) } catch { throw CallFailure(error) }
  }

  private func made<Output>(
    _ operation: String, _ make: () throws(CodecFailure) -> Operation<Output>
  ) throws(CallFailure) -> Operation<Output> {
    do throws(CodecFailure) { return try make() } catch {
      throw CallFailure(operation: operation, message: "\(error)", execution: .notExecuted)
    }
  }
}

extension Fence {
  var forSigning: SigningFence {
    { self.allows(signingAt: $0) ? .open : .closed("the lease is nearly over") }
  }
}
