import AWSCredentials
import AWSClient
import FoundationEssentials
import LibCrypto
import Testing

private let secret = ScriptedWorld.secrets[0]
private let token = ScriptedWorld.secrets[1]
private let config = "/home/me/.aws/config"
private let sso = """
  [default]
  sso_session = s
  sso_account_id = 111122223333
  sso_role_name = Deploy
  [sso-session s]
  sso_start_url = https://example.awsapps.com/start
  sso_region = cn-north-1

  """
private let cached = "/home/me/.aws/sso/cache/\(SHA1.hexDigest(of: Array("s".utf8))).json"
private let portal =
  "GET https://portal.sso.cn-north-1.amazonaws.com.cn/federation/credentials"
  + "?role_name=Deploy&account_id=111122223333"
private let login =
  "/home/me/.aws/login/cache/\(SHA256.hexDigest(of: Array("arn:me".utf8))).json"

private func signIn(_ end: String) -> String {
  #"{"accessToken": "\#(token)", "expiresAt": "\#(end)"}"#
}

/// What the differential tests can't show: AWS's own hosts, and the messages.
@Suite struct SignInTests {
  @Test(arguments: [
    Situation("the portal of the region", .found("ASIASSO", by: "SSO")) {
      $0.files = [config: sso, cached: signIn("2027-01-15T09:00:00Z")]
      $0.usesProxy = true
      $0.traffic = [
        .status(portal, 500),
        .ok(
          portal + "\nx-amz-sso_bearer_token: \(token)",
          #"{"roleCredentials": {"accessKeyId": "ASIASSO", "secretAccessKey": "\#(secret)","#
            + #" "sessionToken": "\#(token)", "expiration": 1800003600000}}"#),
      ]
    },
    Situation("a sign-in that ended", .failed(.ssoTokenInvalid, "aws sso login --sso-session s")) {
      $0.files = [config: sso, cached: signIn("2027-01-15T07:00:00Z")]
    },
    Situation("a portal that says no", .failed(.ssoFailed, "status 403 and said: No access […]")) {
      $0.files = [config: sso, cached: signIn("2027-01-15T09:00:00Z")]
      $0.usesProxy = true
      $0.traffic = [.init(request: portal, answer: .body(403, "No access \(token)"))]
    },
    Situation("a sign-in whose end is no time", .failed(.ssoTokenInvalid, "\"next week\", which")) {
      $0.files = [config: sso, cached: signIn("next week")]
    },
    Situation("over FIPS, renewed and asked", .failed(.ssoTokenInvalid, "can't be kept")) {
      $0.environment["AWS_USE_FIPS_ENDPOINT"] = "TRUE"
      $0.files = [
        config: sso,
        cached: signIn("2027-01-15T08:01:00Z").replacing(
          "}",
          with: #", "clientId": "c", "clientSecret": "s", "refreshToken": "r","#
            + #" "registrationExpiresAt": "2028-01-01T00:00:00Z"}"#),
      ]
      $0.usesProxy = true
      $0.traffic = [
        .ok(
          "POST https://oidc-fips.cn-north-1.amazonaws.com.cn/token",
          #"{"accessToken": "a", "expiresIn": 3600}"#)
      ]
    },
    Situation("a region that is another host", .failed(.settingInvalid, "which is not a region")) {
      $0.files = [
        config: sso.replacing("cn-north-1", with: "example.com/"),
        cached: signIn("2027-01-15T09:00:00Z"),
      ]
    },
    Situation("two regions", .failed(.settingInvalid, "~/.aws/config:2: sso_region differs")) {
      $0.files[config] = sso.replacingFirst("[default]\n", with: "[default]\nsso_region = x\n")
    },
    Situation("a console sign-in without its file", .failed(.loginSessionInvalid, "aws login")) {
      $0.files[config] = "[default]\nlogin_session = arn:me\n"
    },
    Situation("a console sign-in whose key is damaged", .failed(.loginSessionInvalid, "no key")) {
      $0.files = [
        config: "[default]\nlogin_session = arn:me\nregion = eu-west-1\n",
        login: #"{"accessToken": {"accessKeyId": "ASIAOLD", "secretAccessKey": "\#(secret)","#
          + #" "sessionToken": "\#(token)", "expiresAt": "2027-01-15T08:01:00Z"},"#
          + #" "refreshToken": "\#(token)", "clientId": "c", "dpopKey": "\#(secret)"}"#,
      ]
    },
  ]) func situation(_ situation: Situation) {
    situation.check()
  }

  @Test func whiteSpaceIsNoPartOfARegion() throws {
    var world = ScriptedWorld()
    world.environment = ["AWS_REGION": "  ", "AWS_DEFAULT_REGION": " eu-west-1\n"]
    let settings = try CredentialsWorld(world.context().0).settings
    #expect(settings.region == "eu-west-1")
    #expect(settings.regionSource == "AWS_DEFAULT_REGION")
  }

  @Test func theInstancesRegion() throws {
    let base = "http://169.254.169.254/latest/"
    var world = ScriptedWorld()
    world.traffic = [
      .ok("PUT \(base)api/token", "T"), .ok("GET \(base)meta-data/placement/region", "eu-west-1"),
    ]
    #expect(try InstanceRegion.find(CredentialsWorld(world.context().0)) == "eu-west-1")
    world.traffic[1] = .ok("GET \(base)meta-data/placement/region", "<html>")
    #expect(try InstanceRegion.find(CredentialsWorld(world.context().0)) == nil)
    world.environment["AWS_EC2_METADATA_DISABLED"] = "true"
    #expect(try InstanceRegion.find(CredentialsWorld(world.context().0)) == nil)
  }
}

extension String {
  fileprivate func replacingFirst(_ text: String, with other: String) -> String {
    other + dropFirst(text.count)
  }
}
