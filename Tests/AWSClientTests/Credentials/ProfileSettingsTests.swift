import AWSClient
import Testing

private func settings(
  _ edit: (inout ScriptedWorld) -> Void
) throws(CredentialFailure) -> ProfileSettings {
  var world = ScriptedWorld()
  edit(&world)
  return try CredentialsWorld(world.context().0).settings
}

private let config = "/home/me/.aws/config"

@Suite struct ProfileSettingsTests {
  @Test func theRegionsOrder() throws {
    var world = ScriptedWorld()
    world.files[config] = "[default]\nregion = profile\n"
    func region() throws -> String? {
      try CredentialsWorld(world.context().0).settings.region
    }
    #expect(try region() == "profile")
    world.environment["AWS_DEFAULT_REGION"] = "default"
    #expect(try region() == "default")
    world.environment["AWS_REGION"] = "environment"
    #expect(try region() == "environment")
    world.region = "option"
    #expect(try region() == "option")
  }

  @Test func theServicesSection() throws {
    let settings = try settings {
      $0.files[config] =
        "[default]\nservices = s\nendpoint_url = http://p\naws_secret_access_key = x\n"
        + "[services s]\nssm =\n  endpoint_url = http://ssm\n"
    }
    #expect(settings.services == ["ssm": ["endpoint_url": "http://ssm"]])
    #expect(settings.settings == ["services": "s", "endpoint_url": "http://p"])
  }

  @Test func aSecretThatIsIndentedIsNoPartOfTheRegion() throws {
    let settings = try settings {
      $0.files[config] = "[default]\nregion = x\n  AWS_SESSION_TOKEN = secret\nca_bundle = /a\n b\n"
    }
    #expect(settings.region == nil)
    #expect(settings.settings == ["ca_bundle": "/a\nb"])
  }

  @Test func aServicesSectionThatIsMissing() {
    let error = #expect(throws: CredentialFailure.self) {
      try settings { $0.files[config] = "[default]\nservices = s\n" }
    }
    #expect(error?.message.contains("config:2: services: there is no section [services s]") == true)
  }
}
