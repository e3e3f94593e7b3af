import AWSCredentials
import AWSClient
import Testing

private let secret = ScriptedWorld.secrets[0]
private let config = "/home/me/.aws/config"
private let arn = "arn:aws:iam::111122223333:role/"
private let key = "aws_access_key_id = AKIAFILE\naws_secret_access_key = \(secret)\n"

@Suite struct AssumeRoleTests {
  @Test(arguments: Self.roles + Self.tokens) func role(_ situation: Situation) {
    situation.check()
  }

  static let roles = [
    Situation("a role and its source profile", .found("ASIAROLE", by: "assume role")) {
      $0.files[config] = """
        [default]
        role_arn = \(arn)a
        source_profile = base
        external_id = x
        role_session_name = me
        duration_seconds = 900
        [profile base]
        \(key)
        """
      $0.sts = [
        .init(call: "\(arn)a name=me externalId=x seconds=900 by AKIAFILE", gives: "ASIAROLE")
      ]
    },
    Situation("the environment before a role", .found("AKIAENV", by: "environment")) {
      $0.environment = ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": secret]
      $0.files[config] = "[default]\nrole_arn = \(arn)a\ncredential_source = Environment\n"
    },
    Situation("a role before the profile's own key", .found("ASIAROLE", by: "assume role")) {
      $0.files[config] = "[default]\nrole_arn = \(arn)a\nsource_profile = default\n\(key)"
      $0.sts = [.init(call: "\(arn)a by AKIAFILE", gives: "ASIAROLE")]
    },
    Situation("a chain of roles", .found("ASIAB", by: "assume role")) {
      $0.files[config] = """
        [profile b]
        role_arn = \(arn)b
        source_profile = a
        [profile a]
        role_arn = \(arn)a
        credential_source = Environment
        """
      $0.environment = ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": secret]
      $0.profile = "b"
      $0.sts = [
        .init(call: "\(arn)a by AKIAENV", gives: "ASIAA"),
        .init(call: "\(arn)b by ASIAA", gives: "ASIAB"),
      ]
    },
    Situation("a source with credential_process", .found("ASIAROLE", by: "assume role")) {
      $0.files[config] = """
        [default]
        role_arn = \(arn)a
        source_profile = base
        [profile base]
        credential_process = p
        """
      $0.programs["p"] = .init(
        output: #"{"Version": 1, "AccessKeyId": "AKIAP", "SecretAccessKey": "\#(secret)"}"#)
      $0.sts = [.init(call: "\(arn)a by AKIAP", gives: "ASIAROLE")]
    },
    Situation("a container as source", .found("ASIAROLE", by: "assume role")) {
      $0.files[config] = "[default]\nrole_arn = \(arn)a\ncredential_source = EcsContainer\n"
      $0.environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x"
      $0.traffic = [
        .ok(
          "GET http://169.254.170.2/x",
          #"{"AccessKeyId": "ASIATASK", "SecretAccessKey": "\#(secret)", "Token": "t","#
            + #" "Expiration": "2027-01-15T09:00:00Z"}"#)
      ]
      $0.sts = [.init(call: "\(arn)a by ASIATASK", gives: "ASIAROLE")]
    },
    Situation("a circle", .failed(.sourceProfileCycle, "a -> b -> a")) {
      $0.files[config] = """
        [profile a]
        role_arn = \(arn)a
        source_profile = b
        [profile b]
        role_arn = \(arn)b
        source_profile = a
        """
      $0.profile = "a"
    },
    Situation("a circle of one", .failed(.sourceProfileCycle, "default -> default")) {
      $0.files[config] = "[default]\nrole_arn = \(arn)a\nsource_profile = default\n"
    },
    Situation("two sources", .failed(.settingInvalid, "one source, not two")) {
      $0.files[config] =
        "[default]\nrole_arn = \(arn)a\nsource_profile = a\ncredential_source = Environment\n"
    },
    Situation("no source", .failed(.settingInvalid, "config:2: role_arn")) {
      $0.files[config] = "[default]\nrole_arn = \(arn)a\n"
    },
    Situation(
      "a source that isn't one",
      .failed(.settingInvalid, "expected Ec2InstanceMetadata, EcsContainer, Environment")
    ) {
      $0.files[config] = "[default]\nrole_arn = \(arn)a\ncredential_source = environment\n"
    },
    Situation("a source that has nothing", .failed(.settingInvalid, "AWS_ACCESS_KEY_ID is not")) {
      $0.files[config] = "[default]\nrole_arn = \(arn)a\ncredential_source = Environment\n"
    },
    Situation("a profile that does not exist", .failed(.profileNotFound, "config:3: source")) {
      $0.files[config] = "[default]\nrole_arn = \(arn)a\nsource_profile = base\n"
    },
    Situation("a profile that has nothing", .failed(.settingInvalid, "has no credentials")) {
      $0.files[config] =
        "[default]\nrole_arn = \(arn)a\nsource_profile = base\n[profile base]\nregion = x\n"
    },
    Situation("a bad duration", .failed(.settingInvalid, "from 900 to 43200")) {
      $0.files[config] =
        "[default]\nrole_arn = \(arn)a\nsource_profile = default\nduration_seconds = 1h\n\(key)"
    },
    Situation("an MFA device and nobody to ask", .failed(.mfaCodeNeeded, "arn:aws:iam::1:mfa/me")) {
      $0.files[config] =
        "[default]\nrole_arn = \(arn)a\nsource_profile = default\nmfa_serial = arn:aws:iam::1:mfa/me\n\(key)"
    },
    Situation("an MFA device and its code", .found("ASIAROLE", by: "assume role")) {
      $0.files[config] =
        "[default]\nrole_arn = \(arn)a\nsource_profile = default\nmfa_serial = m\n\(key)"
      $0.mfaCode = "123456"
      $0.sts = [.init(call: "\(arn)a mfa=m/123456 by AKIAFILE", gives: "ASIAROLE")]
    },
    Situation("STS says no", .failed(.assumeRoleFailed, "AccessDenied: not authorized")) {
      $0.files[config] = "[default]\nrole_arn = \(arn)a\nsource_profile = default\n\(key)"
      $0.sts = [.init(call: "\(arn)a by AKIAFILE", gives: nil)]
    },
  ]

  static let tokens = [
    Situation("a web identity of the profile", .found("ASIAWEB", by: "web identity")) {
      $0.files[config] =
        "[default]\nrole_arn = \(arn)w\nweb_identity_token_file = /t\nrole_session_name = n\n"
      $0.files["/t"] = "JWT"
      $0.sts = [.init(call: "\(arn)w name=n with JWT", gives: "ASIAWEB")]
    },
    Situation("a web identity of the environment", .found("ASIAWEB", by: "web identity")) {
      $0.environment = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "\(arn)w"]
      $0.files["/t"] = "JWT"
      $0.sts = [.init(call: "\(arn)w with JWT", gives: "ASIAWEB")]
    },
    Situation("which --profile puts aside", .failed(.noCredentials, "web identity")) {
      $0.environment = [
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "\(arn)w",
        "AWS_EC2_METADATA_DISABLED": "true",
      ]
      $0.files[config] = "[profile p]\nregion = x\n"
      $0.profile = "p"
    },
    Situation("a web identity as source", .found("ASIAROLE", by: "assume role")) {
      $0.files[config] = """
        [default]
        role_arn = \(arn)a
        source_profile = w
        [profile w]
        role_arn = \(arn)w
        web_identity_token_file = /t
        """
      $0.files["/t"] = "JWT"
      $0.sts = [
        .init(call: "\(arn)w with JWT", gives: "ASIAWEB"),
        .init(call: "\(arn)a by ASIAWEB", gives: "ASIAROLE"),
      ]
    },
    Situation("a token without a role", .failed(.settingInvalid, "no role to use it for")) {
      $0.environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/t"
    },
    Situation("a token that is gone", .failed(.fileUnreadable, "/t, the web identity token")) {
      $0.environment = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "\(arn)w"]
    },
  ]
}
