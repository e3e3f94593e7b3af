import FoundationEssentials
import RotationExecutor
import RotationPlanner
import Testing
import Configuration

@Suite("A configuration that is right")
struct ConfigurationTests {
  private func parse(_ json: String) throws -> Configuration {
    try Configuration.parse(Array(json.utf8), file: "c.json")
  }

  private func managed(
    _ configuration: Configuration, _ user: String, path: String = "/", groups: Set<String> = []
  ) throws -> ManagedUser {
    let entry = try #require(configuration.entry(for: user, path: path, groups: groups))
    return try entry.settings.managedUser(
      user, path: path, account: "111122223333", region: configuration.region)
  }

  @Test func theExampleIsRight() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../config.example.json")
    let configuration = try Configuration.parse(
      Array(try Data(contentsOf: file)), file: "config.example.json")
    #expect(configuration.users.count == 4)
    let shop = try managed(configuration, "zappa@shop")
    #expect(shop.credentials == "/deploy/zappa-shop/credentials")
    #expect(
      shop.projections.map(\.name) == [
        "/deploy/zappa-shop/credentials in eu-central-1", "/deploy/zappa-shop/dotenv",
        "/var/lib/rotate/zappa@shop.ini",
      ])
  }

  @Test func theDefaultsAreThePlanners() throws {
    let user = try managed(try parse("{\"users\": [{\"name\": \"a\"}]}"), "a")
    #expect(user == ManagedUser(name: "a", path: "/deploy/a"))
  }

  @Test func anEntryOverridesTheDefaultsKeyByKey() throws {
    let configuration = try parse(
      """
      {"defaults": {"rotateEvery": "60d", "pair": false, "verify": {"regions": ["eu-west-1"]}},
       "users": [{"name": "a", "gracePeriod": "0s", "verify": {"timeout": "90s"}}]}
      """)
    let user = try managed(configuration, "a")
    #expect(user.policy == Policy(rotateEvery: .days(60), gracePeriod: .zero))
    #expect(user.pair.isEmpty)
    #expect(user.verification == Verification(regions: ["eu-west-1"], timeout: .seconds(90)))
  }

  @Test func theMostSpecificEntryWins() throws {
    let configuration = try parse(
      """
      {"users": [{"path": "/ci/", "rotateEvery": "1d"}, {"path": "/ci/x/", "rotateEvery": "2d"},
                 {"group": "g", "rotateEvery": "3d"}, {"name": "a", "rotateEvery": "4d"}]}
      """)
    #expect(try managed(configuration, "a", path: "/ci/").policy.rotateEvery == .days(4))
    #expect(
      try managed(configuration, "b", path: "/ci/x/", groups: ["g"]).policy.rotateEvery == .days(3))
    #expect(try managed(configuration, "b", path: "/ci/x/y/").policy.rotateEvery == .days(2))
    #expect(try managed(configuration, "b", path: "/ci/").policy.rotateEvery == .days(1))
    #expect(configuration.entry(for: "b", path: "/", groups: []) == nil)
  }

  @Test func placeholdersAreFilled() throws {
    let configuration = try parse(
      """
      {"region": "eu-west-1", "users": [{"path": "/", "parameterPath": "/{account}/{path}/{user}",
       "projections": [{"name": "copy", "format": "json", "region": "eu-west-2"},
                       {"name": "same", "format": "json", "region": "eu-west-1"}]}]}
      """)
    #expect(try managed(configuration, "a").record == "/111122223333/a/record")
    let user = try managed(configuration, "a", path: "/team/x/")
    #expect(user.credentials == "/111122223333/team/x/a/credentials")
    #expect(
      user.projections == [
        .parameter(
          ParameterProjection(
            place: ParameterPlace("/111122223333/team/x/a/copy", region: "eu-west-2"),
            format: .json)),
        .parameter(
          ParameterProjection(place: ParameterPlace("/111122223333/team/x/a/same"), format: .json)),
      ])
  }

  @Test func aMissingFileIsTheDefaultsOnlyWhereNobodyNamedIt() throws {
    let missing = "/nonexistent/rotate.json"
    for (asked, environment) in [(missing, [:]), (nil, ["ROTATE_CONFIG": missing])] {
      let failure = #expect(throws: ConfigurationFailure.self) {
        _ = try Configuration.load(asked: asked, environment: environment)
      }
      let source = asked == nil ? "ROTATE_CONFIG" : "--config"
      #expect(
        failure?.description
          == "\(missing): there is no such file, which \(source) names [config-unreadable]")
    }
  }

  @Test(arguments: [
    ("90d", Duration.days(90)), ("0s", .zero), ("250ms", .milliseconds(250)), ("2m", .seconds(120)),
    ("24h", .hours(24)), ("3650d", .days(3650)),
  ]) func durations(_ text: String, _ duration: Duration) {
    #expect(DurationText.parse(text) == duration)
  }

  @Test(arguments: ["", "d", "1", "-1d", "1.5h", " 1d", "1w", "1D", "٣d", "9223372036854775807d"])
  func notDurations(_ text: String) { #expect(DurationText.parse(text) == nil) }

  @Test(arguments: [
    ("gracePeroid", "gracePeriod"), ("deplyoer", "deployer"), ("Deployer", "deployer"),
    ("xyz", nil), ("", nil),
  ]) func nearest(_ name: String, _ expected: String?) {
    #expect(NearestName.of(name, among: ["gracePeriod", "deployer", "soakPeriod"]) == expected)
  }
}
