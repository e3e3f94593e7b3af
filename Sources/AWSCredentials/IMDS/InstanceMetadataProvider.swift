internal import AWSClient
internal import LibCrypto

internal import struct FoundationEssentials.Date

/// The role of the EC2 instance, from its metadata service.
struct InstanceMetadataProvider: CredentialProvider {
  let name = "instance metadata"
  let credentialSource: String? = "Ec2InstanceMetadata"

  func provide(_ world: CredentialsWorld) -> ProviderResult {
    do throws(CredentialFailure) {
      guard var service = try InstanceMetadata.open(world) else {
        return .notConfigured("AWS_EC2_METADATA_DISABLED is true")
      }
      return try read(&service, world)
    } catch {
      return .failed(error)
    }
  }

  private func read(
    _ service: inout InstanceMetadata, _ world: CredentialsWorld
  ) throws(CredentialFailure) -> ProviderResult {
    let folder = "iam/security-credentials/"
    let role: String
    switch try service.read(folder) {
    case .unavailable(let reason): return .notConfigured(reason)
    case .found(let body): role = body.trimmingBlanks.bytes.string()
    }
    guard !role.isEmpty, role.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return .notConfigured("\(service.base) did not answer with one role's name")
    }
    switch try service.read(folder + role, expecting: Self.document) {
    case .unavailable(let reason): return .notConfigured(reason)
    case .found(let body): return read(body, role: role, service, world)
    }
  }

  private static let document = InstanceMetadata.Expectation(words: "a JSON object") { body in
    CredentialsDocument.decode(body.bytes) != nil
  }

  private func read(
    _ body: SharedSecret, role: String, _ service: InstanceMetadata, _ world: CredentialsWorld
  ) -> ProviderResult {
    guard let document = CredentialsDocument.decode(body.bytes) else {
      return .notConfigured("\(service.base) did not answer with a JSON object")
    }
    let missing = document.missing([.accessKeyId, .secretAccessKey, .token, .expiration])
    guard missing.isEmpty else {
      let code = Redaction.firstLines(of: document.text(.code) ?? "no code")
      return .notConfigured(
        "\(service.base) has no credentials for the role \(role) (\(code)); see the role's trust")
    }
    guard let expiration = document.expiration,
      let found = document.credentials(
        token: .token, expiration: usable(until: expiration, world.context.now()),
        source: "\(name) (role \(role))")
    else {
      return .failed(
        InstanceMetadata.failure(
          .instanceMetadataFailed,
          "\(service.base) answered with the Expiration \(document.shown(.expiration)), which is not "
            + "a time with a zone"))
    }
    return .found(found)
  }

  /// Static stability: when the service can't renew, it goes on handing out the last credentials,
  /// and AWS goes on accepting them. So their end is moved on, and renewal is tried again then.
  private func usable(until expiration: Date, _ now: Date) -> Date {
    let window = RenewalWindow.advisory + 300
    return expiration.timeIntervalSince(now) < RenewalWindow.advisory
      ? now.addingTimeInterval(window) : expiration
  }
}
