import AWSClient
import Testing

private func settings(
  _ edit: (inout ScriptedWorld) -> Void
) throws(CredentialFailure) -> ProfileSettings {
  var world = ScriptedWorld()
  edit(&world)
  return try ProfileSettings(CredentialsWorld(world.context().0))
}

private let config = "/home/me/.aws/config"

@Suite struct ProfileSettingsTests {
  @Test func theRegionsOrder() throws {
    var world = ScriptedWorld()
    world.files[config] = "[default]\nregion = profile\n"
    func region() throws -> String? {
      try ProfileSettings(CredentialsWorld(world.context().0)).region
    }
    #expect(try region() == "profile")
    world.environment["AWS_DEFAULT_REGION"] = "default"
    #expect(try region() == "default")
    world.environment["AWS_REGION"] = "environment"
    #expect(try region() == "environment")
    world.region = "option"
    #expect(try region() == "option")
  }

  @Test func theEndpointsOrder() throws {
    var world = ScriptedWorld()
    func url() throws -> String? {
      try ProfileSettings(CredentialsWorld(world.context().0)).endpointURL(of: "ssm")
    }
    #expect(try url() == nil)
    world.files[config] = "[default]\nendpoint_url = http://profile\n"
    #expect(try url() == "http://profile")
    world.files[config]? += "services = s\n[services s]\nssm =\n  endpoint_url = http://section\n"
    #expect(try url() == "http://section")
    world.environment["AWS_ENDPOINT_URL"] = "http://environment"
    #expect(try url() == "http://environment")
    world.environment["AWS_ENDPOINT_URL_SSM"] = "http://service"
    #expect(try url() == "http://service")
    world.environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
    #expect(try url() == nil)
  }

  @Test func aServicesSectionThatIsMissing() {
    let error = #expect(throws: CredentialFailure.self) {
      try settings { $0.files[config] = "[default]\nservices = s\n" }
    }
    #expect(error?.message.contains("config:2: services: there is no section [services s]") == true)
  }

  @Test func flags() throws {
    let settings = try settings {
      $0.files[config] =
        "[default]\nuse_fips_endpoint = True\nuse_dualstack_endpoint = yes\nca_bundle = /ca\n"
      $0.environment["AWS_STS_REGIONAL_ENDPOINTS"] = "legacy"
    }
    #expect(settings.useFIPSEndpoint)
    #expect(!settings.useDualstackEndpoint)
    #expect(settings.caBundle == "/ca")
    #expect(settings.stsRegionalEndpoints == "legacy")
  }
}
