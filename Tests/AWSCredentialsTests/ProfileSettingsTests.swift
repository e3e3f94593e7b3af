import AWSCredentials
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

  /// The largest files that are read at all, as bad as they can be: soon, and in little memory.
  static let longFiles: [(String, String?)] = {
    func lines(_ count: Int, _ line: (Int) -> String) -> String {
      (0..<count).map(line).joined(separator: "\n") + "\n"
    }
    let few = lines(1_000) { "a\($0)=1" } + lines(1_000) { "[p\($0)]" }
    return [
      (lines(20_000) { "[p\($0)]" }, "more than 10000 sections"),
      ("[default]\n" + lines(20_000) { "a\($0)=1" }, nil),
      ("[DEFAULT]\n" + few, "[DEFAULT] has too many settings"),
      ("[default]\na =\n" + lines(20_000) { _ in "  b = c" }, nil),
      ("[default]\n" + lines(20_000) { _ in "[DEFAULT]" }, nil),
      ("[default]\na = " + String(repeating: "\u{85}", count: 100_000), nil),
    ]
  }()

  @Test(.timeLimit(.minutes(5)), arguments: longFiles.indices)
  func aLongFile(_ index: Int) {
    let (text, words) = Self.longFiles[index]
    do throws(CredentialFailure) {
      _ = try settings { $0.files[config] = text }
      #expect(words == nil)
    } catch {
      #expect(error.message.contains(words ?? "nothing"))
    }
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
