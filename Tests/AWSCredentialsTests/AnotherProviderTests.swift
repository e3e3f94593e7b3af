import AWSClient
import AWSCredentials
import LibCrypto
import Testing

/// A source that exists only here: the setting `broker_key` of a profile, or the variable of that
/// name. Nothing else had to change for it.
private struct BrokerProvider: CredentialProvider {
  let name = "broker"
  let readsOneProfile = true
  let credentialSource: String? = "Broker"

  func provide(_ world: CredentialsWorld) -> ProviderResult {
    let profile = world.configuration.profiles[world.profileName]
    guard let id = profile?["broker_key"]?.text ?? world.context.variable("BROKER_KEY") else {
      return .notConfigured("profile \"\(world.profileName)\" has no broker_key")
    }
    return .found(
      Credentials(
        accessKeyId: id, secretAccessKey: SecretBytes(copying: ScriptedWorld.secrets[0]),
        source: name))
  }
}

/// One more source of credentials is one file and one line in the registry.
@Suite struct AnotherProviderTests {
  private static let role = "arn:aws:iam::111122223333:role/r"
  private static let registry = ProviderRegistry.standard + [BrokerProvider()]

  private func check(
    _ name: String, _ expected: Situation.Expected, _ edit: (inout ScriptedWorld) -> Void
  ) {
    var situation = Situation(name, expected) {
      $0.environment["AWS_EC2_METADATA_DISABLED"] = "true"
      edit(&$0)
    }
    situation.providers = Self.registry
    situation.check()
  }

  @Test func isSearchedInItsPlace() {
    check("alone", .found("AKIABROKER", by: "broker")) {
      $0.environment["BROKER_KEY"] = "AKIABROKER"
    }
    check("after the environment", .found("AKIAENV", by: "environment")) {
      $0.environment["BROKER_KEY"] = "AKIABROKER"
      $0.environment["AWS_ACCESS_KEY_ID"] = "AKIAENV"
      $0.environment["AWS_SECRET_ACCESS_KEY"] = ScriptedWorld.secrets[0]
    }
    check("not configured", .failed(.noCredentials, "has no broker_key")) { _ in }
  }

  @Test(arguments: ["source_profile = other", "credential_source = Broker"])
  func isSourceOfARole(_ source: String) {
    check(source, .found("ASIAROLE", by: "assume role")) {
      $0.environment["BROKER_KEY"] = "AKIABROKER"
      $0.files["/home/me/.aws/config"] = """
        [default]
        role_arn = \(Self.role)
        \(source)
        [profile other]
        broker_key = AKIABROKER
        """
      $0.sts = [.init(call: "\(Self.role) by AKIABROKER", gives: "ASIAROLE")]
    }
  }

  @Test func isUnknownWithoutItsLine() {
    let expected = "expected Ec2InstanceMetadata, EcsContainer, Environment"
    Situation("unregistered", .failed(.settingInvalid, expected)) {
      $0.files["/home/me/.aws/config"] =
        "[default]\nrole_arn = \(Self.role)\ncredential_source = Broker\n"
    }.check()
  }
}
