import RotationExecutor
import RotationPlanner
import Testing
import Configuration

/// `session` of users and `mfa` of the program.
@Suite struct SessionConfigurationTests {
  private func parse(_ json: String) throws(ConfigurationFailure) -> Configuration {
    try Configuration.parse(Array(json.utf8), file: "c.json")
  }

  private func user(_ session: String, more: String = "") throws -> ManagedUser {
    let configuration = try parse(
      "{\"users\": [{\"name\": \"deployer\"\(more), \"session\": \(session)}]}")
    return try configuration.users[0].settings.managedUser(
      "deployer", path: "/ci/", account: "111122223333", region: nil)
  }

  @Test func placeholdersAndDefaults() throws {
    let found = try user(
      """
      {"mfaSerial": "arn:aws:iam::{account}:mfa/{path}/{user}", "totpSeed": {"parameter": "seed"}}
      """)
    #expect(
      found.session
        == SessionSettings(
          parameter: "/deploy/deployer/session",
          mfaSerial: "arn:aws:iam::111122223333:mfa/ci/deployer",
          seed: .parameter("/deploy/deployer/seed"), duration: .hours(12)))
    #expect(found.policy.session == .hours(12))
  }

  @Test(arguments: [
    ("\"parameter\": \"/rotate/{user}\"", SeedSource.parameter("/rotate/deployer")),
    ("\"credential\": \"{user}-mfa\"", .credential("deployer-mfa")),
    ("\"file\": \"/etc/rotate/{user}\"", .file("/etc/rotate/deployer")),
  ])
  func places(seed: String, place: SeedSource) throws {
    let found = try user(
      "{\"mfaSerial\": \"GAHT12345678\", \"totpSeed\": {\(seed)}, \"duration\": \"900s\"}")
    #expect(found.session?.seed == place && found.session?.duration == .seconds(900))
  }

  @Test func theProgramsOwn() throws {
    let found = try parse(
      "{\"users\": [{\"name\": \"a\"}], \"mfa\": {\"totpSeed\": {\"credential\": \"own\"}}}")
    #expect(found.mfaSeed == .credential("own"))
  }

  private static let seed = "\"totpSeed\": {\"file\": \"/s\"}"
  private static let serial = "\"mfaSerial\": \"arn:aws:iam::1:mfa/x\""

  @Test(arguments: [
    ("{\(seed)}", "`mfaSerial` is missing"), ("{\(serial)}", "`totpSeed` is missing"),
    ("{\"mfaSerial\": \"no device\", \(seed)}", "is no MFA device"),
    ("{\(serial), \"totpSeed\": {}}", "one of `parameter`, `credential` and `file`"),
    ("{\(serial), \"totpSeed\": {\"file\": \"/s\", \"credential\": \"s\"}}", "one place"),
    ("{\(serial), \"totpSeed\": {\"file\": \"s\"}}", "whole path"),
    ("{\(serial), \"totpSeed\": {\"credential\": \"a/b\"}}", "without `/`"),
    ("{\(serial), \"totpSeed\": {\"credential\": \"..\"}}", "without `/`"),
    ("{\(serial), \"totpSeed\": {\"parametr\": \"/s\"}}", "did you mean `parameter`?"),
    ("{\(serial), \"totpSeed\": \"JBSWY3DPEHPK3PXP\"}", "an object in `{ }` is expected"),
    ("{\(serial), \(seed), \"duration\": \"899s\"}", "\"900s\" to \"36h\""),
    ("{\(serial), \(seed), \"duration\": \"37h\"}", "\"900s\" to \"36h\""),
    ("{\(serial), \(seed), \"duration\": \"900500ms\"}", "in whole seconds"),
    ("{\(serial), \"totpSeed\": {\"parameter\": \"/deploy/deployer/credentials\"}}", "twice"),
    ("{\(serial), \"totpSeed\": {\"parameter\": \"session\"}}", "twice"),
    ("true", "an object in `{ }` is expected"),
  ])
  func whatIsWrongIsSaid(session: String, message: String) {
    let failure = #expect(throws: ConfigurationFailure.self) {
      _ = try parse("{\"users\": [{\"name\": \"deployer\", \"session\": \(session)}]}")
    }
    #expect(failure?.description.contains(message) == true)
    // A seed that was written where its place belongs isn't repeated.
    #expect(failure?.description.contains("JBSWY3DPEHPK3PXP") == false)
  }
}
