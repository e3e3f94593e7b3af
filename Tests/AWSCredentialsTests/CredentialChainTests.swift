import AWSCredentials
import AWSClient
import FoundationEssentials
import Host
import Testing

private let secret = ScriptedWorld.secrets[0]
private let token = ScriptedWorld.secrets[1]
private let config = "/home/me/.aws/config"
private let credentials = "/home/me/.aws/credentials"
private let key = "aws_access_key_id = AKIAFILE\naws_secret_access_key = \(secret)\n"
private let soon = "2027-01-15T09:00:00Z"
private let past = "2027-01-15T07:59:59Z"

private func document(
  _ id: String, token name: String = "SessionToken", expiration: String = soon
) -> String {
  """
  {"Version": 1, "AccessKeyId": "\(id)", "SecretAccessKey": "\(secret)",
   "\(name)": "\(token)", "Expiration": "\(expiration)", "Code": "Success"}
  """
}

@Suite struct CredentialChainTests {
  @Test(arguments: Self.environmentSituations) func environment(_ situation: Situation) {
    situation.check()
  }

  static let environmentSituations = [
    Situation("keys of the environment", .found("AKIAENV", by: "environment")) {
      $0.environment = ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": secret]
      $0.files[credentials] = "[default]\n\(key)"
    },
    Situation("blank variables are not set", .found("AKIAFILE", by: "credentials file")) {
      $0.environment = ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_PROFILE": ""]
      $0.files[credentials] = "[default]\n\(key)"
    },
    Situation("white space alone is not set", .found("AKIAFILE", by: "credentials file")) {
      $0.environment = [
        "AWS_ACCESS_KEY_ID": " \t", "AWS_SECRET_ACCESS_KEY": "\n", "AWS_PROFILE": "  ",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": " ", "AWS_WEB_IDENTITY_TOKEN_FILE": " ",
      ]
      $0.files[credentials] = "[default]\n\(key)"
    },
    Situation("white space around the key", .found("AKIAENV", by: "environment")) {
      $0.environment = [
        "AWS_ACCESS_KEY_ID": "AKIAENV\r\n", "AWS_SECRET_ACCESS_KEY": " \(secret)\n",
        "AWS_SESSION_TOKEN": "\(token)\n",
      ]
    },
    Situation("a line end within the key", .failed(.settingInvalid, "environment: the access key"))
    {
      $0.environment = ["AWS_ACCESS_KEY_ID": "AKIA\nENV", "AWS_SECRET_ACCESS_KEY": secret]
    },
    Situation("a line end within the secret", .failed(.settingInvalid, "the secret access key")) {
      $0.environment = [
        "AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "\(secret)\n\(secret)",
      ]
    },
    Situation("a line end within the token", .failed(.settingInvalid, "the session token contains"))
    {
      $0.environment = [
        "AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": "\(token)\r\nx",
      ]
    },
    Situation(
      "half a key", .failed(.credentialsPartial, "AWS_SECRET_ACCESS_KEY is not")
    ) {
      $0.environment = ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": ""]
    },
    Situation("an end that is past", .failed(.credentialsExpired, "2027-01-15T07:59:59Z")) {
      $0.environment = [
        "AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": token, "AWS_CREDENTIAL_EXPIRATION": past,
      ]
    },
    Situation(
      "an end that is no time",
      .failed(.settingInvalid, "AWS_CREDENTIAL_EXPIRATION is \"2027-01-15T09:00:00\"")
    ) {
      $0.environment = [
        "AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_CREDENTIAL_EXPIRATION": "2027-01-15T09:00:00",
      ]
    },
    Situation("AWS_PROFILE leaves the environment first", .found("AKIAENV", by: "environment")) {
      $0.environment = [
        "AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": secret, "AWS_PROFILE": "a",
      ]
      $0.files[credentials] = "[a]\n\(key)"
    },
    Situation("--profile puts the environment aside", .found("AKIAFILE", by: "credentials file")) {
      $0.environment = ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": secret]
      $0.files[credentials] = "[a]\n\(key)"
      $0.profile = "a"
    },
    Situation("nothing at all", .failed(.noCredentials, "AWS_ACCESS_KEY_ID is not set")) {
      $0.environment = ["AWS_EC2_METADATA_DISABLED": "TRUE"]
    },
  ]

  @Test(arguments: Self.fileSituations) func files(_ situation: Situation) {
    situation.check()
  }

  static let fileSituations = [
    Situation("the config file alone", .found("AKIAFILE", by: "config file")) {
      $0.files[config] = "[default]\n\(key)"
    },
    Situation("a profile with a quoted name", .found("AKIAFILE", by: "config file")) {
      $0.files[config] = "[profile \"two words\"]\n\(key)"
      $0.environment["AWS_PROFILE"] = "two words"
    },
    Situation("AWS_DEFAULT_PROFILE first", .found("AKIAFILE", by: "credentials file")) {
      $0.files[credentials] = "[a]\n\(key)[b]\n"
      $0.environment = ["AWS_DEFAULT_PROFILE": "a", "AWS_PROFILE": "b"]
    },
    Situation("a profile that does not exist", .failed(.profileNotFound, "profiles are: a")) {
      $0.files[credentials] = "[a]\n\(key)"
      $0.environment["AWS_PROFILE"] = "A"
    },
    Situation("files named by variables", .found("AKIAFILE", by: "credentials file")) {
      $0.files["/home/you/x/keys"] = "[default]\n\(key)"
      $0.environment = ["AWS_SHARED_CREDENTIALS_FILE": "~you/${D}/keys", "D": "x"]
    },
    Situation("an unreadable file", .failed(.fileUnreadable, "~/.aws/config: Permission denied")) {
      $0.unreadable = [config]
      $0.files[credentials] = "[default]\n\(key)"
    },
    Situation("half a key", .failed(.credentialsPartial, "~/.aws/credentials:2")) {
      $0.files[credentials] = "[default]\naws_access_key_id = AKIAFILE\n"
    },
    Situation("a blank secret", .failed(.credentialsPartial, "aws_secret_access_key is blank")) {
      $0.files[credentials] =
        "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key =\n"
    },
    Situation("a secret that goes on by accident", .failed(.settingInvalid, "line 4")) {
      $0.files[credentials] =
        "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = \(secret)\n  region = x\n"
    },
    Situation("a secret under the key, indented", .failed(.settingInvalid, "credentials:2: aws")) {
      $0.files[credentials] =
        "[default]\naws_access_key_id = AKIAFILE\n  aws_secret_access_key = \(secret)\n"
    },
    Situation("a setting twice", .failed(.fileMalformed, "~/.aws/credentials:4: the setting")) {
      $0.files[credentials] = "[default]\n\(key)aws_secret_access_key = \(secret)\n"
    },
    Situation("a section twice", .failed(.fileMalformed, "[default] stands in the file twice")) {
      $0.files[credentials] = "[default]\n[default]\n\(key)"
    },
    Situation("a line that is nothing", .failed(.fileMalformed, "config:2: expected NAME")) {
      $0.files[config] = "[default]\n\(secret)\n"
    },
    Situation("a setting before any section", .failed(.fileMalformed, "config:1: a setting")) {
      $0.files[config] = "aws_secret_access_key = \(secret)\n"
    },
    Situation("a byte-order mark", .failed(.fileMalformed, "byte-order mark")) {
      $0.files[config] = "\u{FEFF}[default]\n"
    },
    Situation("too long a file", .failed(.fileUnreadable, "longer than 1048576 bytes")) {
      $0.files[config] = String(repeating: "# comment\n", count: 120_000)
    },
    Situation("the EC2 tools' file", .found("AKIAFILE", by: "EC2 credential file")) {
      $0.environment["AWS_CREDENTIAL_FILE"] = "~/ec2"
      $0.files["/home/me/ec2"] = "words\nAWSAccessKeyId=AKIAFILE\n AWSSecretKey = \(secret) \n"
    },
    Situation("boto 2's file", .found("AKIAFILE", by: "boto 2 file")) {
      $0.files["/home/me/.boto"] = "[Credentials]\n\(key)"
    },
  ]

  @Test(arguments: Self.processSituations) func processes(_ situation: Situation) {
    situation.check()
  }

  static let processSituations = [
    Situation("a credential_process", .found("ASIAPROC", by: "credential_process")) {
      $0.files[config] = "[default]\ncredential_process = /bin/a 'b c' \"d\\\"e\"\n"
      $0.programs["/bin/a\u{1F}b c\u{1F}d\"e"] = .init(output: document("ASIAPROC"))
    },
    Situation("that fails", .failed(.processFailed, "config:2: credential_process")) {
      $0.files[config] = "[default]\ncredential_process = a\n"
      $0.programs["a"] = .init(status: 3, errors: "no \(secret)\n")
    },
    Situation("that takes too long", .failed(.processFailed, "longer than 60 s")) {
      $0.files[config] = "[default]\ncredential_process = a\n"
      $0.programs["a"] = .init(failure: .timedOut)
    },
    Situation("that is not there", .failed(.processFailed, "could not be started")) {
      $0.files[config] = "[default]\ncredential_process = a\n"
    },
    Situation("that prints half", .failed(.processOutputInvalid, "no SecretAccessKey")) {
      $0.files[config] = "[default]\ncredential_process = a\n"
      $0.programs["a"] = .init(output: #"{"Version": 1, "AccessKeyId": "A"}"#)
    },
    Situation("of another version", .failed(.processOutputInvalid, "Version 2")) {
      $0.files[config] = "[default]\ncredential_process = a\n"
      $0.programs["a"] = .init(output: #"{"Version": 2, "SecretAccessKey": "\#(secret)"}"#)
    },
    Situation(
      "of a version in words", .failed(.processOutputInvalid, "Version \"1\", a string")
    ) {
      $0.files[config] = "[default]\ncredential_process = a\n"
      $0.programs["a"] = .init(output: #"{"Version": "1", "SecretAccessKey": "\#(secret)"}"#)
    },
    Situation("whose end is no time", .failed(.processOutputInvalid, "\"tomorrow\", which is not"))
    {
      $0.files[config] = "[default]\ncredential_process = a\n"
      $0.programs["a"] = .init(output: document("ASIAPROC", expiration: "tomorrow"))
    },
    Situation("whose end is a number", .failed(.processOutputInvalid, "Expiration 1893456000,")) {
      $0.files[config] = "[default]\ncredential_process = a\n"
      $0.programs["a"] = .init(
        output: document("ASIAPROC").replacing("\"\(soon)\"", with: "1893456000"))
    },
    Situation("whose end is its secret", .failed(.processOutputInvalid, "\"[…]\", which is not")) {
      $0.files[config] = "[default]\ncredential_process = a\n"
      $0.programs["a"] = .init(output: document("ASIAPROC", expiration: secret))
    },
    Situation("that prints no JSON", .failed(.processOutputInvalid, "something else")) {
      $0.files[config] = "[default]\ncredential_process = a\n"
      $0.programs["a"] = .init(output: secret)
    },
    Situation("whose credentials ended", .failed(.credentialsExpired, "ended at")) {
      $0.files[config] = "[default]\ncredential_process = a\n"
      $0.programs["a"] = .init(output: document("ASIAPROC", expiration: past))
    },
    Situation("that calls itself", .failed(.processFailed, "needs this profile's credentials")) {
      $0.files[config] = "[default]\ncredential_process = rotate credentials\n"
      $0.environment["ROTATE_CREDENTIAL_PROCESS_DEPTH"] = "4"
    },
    Situation("a quotation left open", .failed(.settingInvalid, "a quotation is not closed")) {
      $0.files[config] = "[default]\ncredential_process = a 'b\n"
    },
  ]

  @Test(arguments: Self.containerSituations) func container(_ situation: Situation) {
    situation.check()
  }

  static let containerSituations = [
    Situation("a task's credentials", .found("ASIATASK", by: "container")) {
      $0.environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/x?id=1"
      $0.traffic = [
        .ok("GET http://169.254.170.2/v2/x?id=1", document("ASIATASK", token: "Token"))
      ]
    },
    Situation("after two failures", .found("ASIATASK", by: "container")) {
      $0.environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x"
      $0.traffic = [
        .status("GET http://169.254.170.2/x", 500),
        .fails("GET http://169.254.170.2/x", .notConnected),
        .ok("GET http://169.254.170.2/x", document("ASIATASK", token: "Token")),
      ]
    },
    Situation("after three", .failed(.containerFailed, "status 503")) {
      $0.environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x"
      $0.traffic = Array(repeating: .status("GET http://169.254.170.2/x", 503), count: 3)
    },
    Situation("whose refusal says why", .failed(.containerFailed, "403 and said: no role […]")) {
      $0.environment = [
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer sesame-sesame",
      ]
      $0.traffic = Array(
        repeating: .init(
          request: "GET http://localhost/", answer: .body(403, "no role sesame-sesame \(secret)")),
        count: 3)
    },
    Situation("an end that is no time", .failed(.containerFailed, "\"2027\", which is not a time"))
    {
      $0.environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x"
      $0.traffic = [
        .ok(
          "GET http://169.254.170.2/x", document("ASIATASK", token: "Token", expiration: "2027"))
      ]
    },
    Situation("a reply without end", .failed(.containerFailed, "it has no end")) {
      $0.environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x"
      let long = String(repeating: " ", count: 70_000)
      $0.traffic = Array(repeating: .ok("GET http://169.254.170.2/x", long), count: 3)
    },
    Situation("a token without end", .failed(.fileUnreadable, "longer than 65536 bytes")) {
      $0.environment = [
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/run/token",
      ]
      $0.files["/run/token"] = String(repeating: "x", count: 70_000)
    },
    Situation("a pod's, with a token of a file", .found("ASIAPOD", by: "container")) {
      $0.environment = [
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "not this one",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/run/token",
      ]
      $0.files["/run/token"] = token
      $0.traffic = [
        .ok(
          "GET http://169.254.170.23/v1/credentials\nAuthorization: \(token)",
          document("ASIAPOD", token: "Token"))
      ]
    },
    Situation("a token with a line end", .failed(.settingInvalid, "line end")) {
      $0.environment = [
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://[::1]:80/",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "\(token)\r\nHost: x",
      ]
    },
    Situation("a token file that is gone", .failed(.fileUnreadable, "/run/token")) {
      $0.environment = [
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/run/token",
      ]
    },
    Situation("fields that are missing", .failed(.containerFailed, "without Token")) {
      $0.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "https://example.com/"
      $0.traffic = [
        .ok(
          "GET https://example.com/",
          #"{"AccessKeyId": "A", "SecretAccessKey": "\#(secret)", "Expiration": "\#(soon)"}"#)
      ]
    },
  ]

  @Test(arguments: [
    "http://example.com/", "http://169.254.170.3/", "http://127.0.0.1@example.com/",
    "http://127.0.0.1.example.com/", "http://localhost.example.com/", "http://127.1/",
    "http://127.0.0.1\\@example.com/", "http://[::2]/", "HTTP://EXAMPLE.COM", "ftp://localhost/",
    "/relative", "http:///x", "@example.com/",
  ]) func hostsThatMayNotBeAsked(_ url: String) throws {
    var world = ScriptedWorld()
    let isRelative = url.hasPrefix("@")
    world.environment[
      "AWS_CONTAINER_CREDENTIALS_\(isRelative ? "RELATIVE" : "FULL")_URI"] = url
    let (context, log) = world.context()
    let error = #expect(throws: CredentialFailure.self) {
      try CredentialChain(CredentialsWorld(context)).resolve()
    }
    let code = try #require(error).code
    #expect([.containerHostRefused, .settingInvalid].contains(code))
    #expect(log.problems == [])
  }

  @Test(arguments: Self.instanceSituations) func instance(_ situation: Situation) {
    situation.check()
  }

  private static let base = "http://169.254.169.254/latest/"
  private static let role = "meta-data/iam/security-credentials/"
  private static let session = ScriptedWorld.Exchange.ok(
    "PUT \(base)api/token\nx-aws-ec2-metadata-token-ttl-seconds: 21600", "T")

  static let instanceSituations = [
    Situation("an instance's role", .found("ASIAROLE", by: "instance metadata")) {
      $0.traffic = [
        session, .ok("GET \(base)\(role)\nx-aws-ec2-metadata-token: T", "deploy"),
        .ok(
          "GET \(base)\(role)deploy\nx-aws-ec2-metadata-token: T",
          document("ASIAROLE", token: "Token")),
      ]
    },
    Situation("one that the service could not renew", .found("ASIAROLE", by: "instance metadata")) {
      $0.traffic = [
        session, .ok("GET \(base)\(role)", "deploy"),
        .ok("GET \(base)\(role)deploy", document("ASIAROLE", token: "Token", expiration: past)),
      ]
    },
    Situation("version 1, behind too few hops", .found("ASIAROLE", by: "instance metadata")) {
      $0.traffic = [
        .fails("PUT \(base)api/token", .timedOutAfterSending), .ok("GET \(base)\(role)", "deploy"),
        .ok("GET \(base)\(role)deploy", document("ASIAROLE", token: "Token")),
      ]
    },
    Situation("version 1 switched off", .failed(.instanceMetadataFailed, "switched off")) {
      $0.environment["AWS_EC2_METADATA_V1_DISABLED"] = "true"
      $0.traffic = [.status("PUT \(base)api/token", 403)]
    },
    Situation("no such service", .failed(.noCredentials, "http://169.254.169.254 gave no answer")) {
      $0.traffic = [.fails("PUT \(base)api/token", .notConnected)]
    },
    Situation("no such service, version 1 switched off", .failed(.noCredentials, "gave no answer"))
    {
      $0.environment["AWS_EC2_METADATA_V1_DISABLED"] = "true"
      $0.traffic = [.fails("PUT \(base)api/token", .notConnected)]
    },
    Situation("an address that swallows packets", .failed(.noCredentials, "timedOutBeforeSending"))
    {
      $0.traffic = Array(
        repeating: .fails("PUT \(base)api/token", .timedOutBeforeSending), count: 2)
    },
    Situation("a busy service at each question", .found("ASIAROLE", by: "instance metadata")) {
      let (token, name) = ("PUT \(base)api/token", "GET \(base)\(role)")
      $0.traffic = [
        .fails(token, .timedOutBeforeSending), .status(token, 503), .fails(token, .connectionLost),
        .ok(token, "T"), .status(name, 500), .fails(name, .timedOutAfterSending),
        .fails(name, .notConnected), .ok(name, "deploy\n"), .ok("\(name)deploy", "half a docu"),
        .status("\(name)deploy", 429), .ok("\(name)deploy", ""),
        .ok("\(name)deploy", document("ASIAROLE", token: "Token")),
      ]
    },
    Situation("a service that is down", .failed(.noCredentials, "answered with status 500")) {
      $0.traffic = [session] + Array(repeating: .status("GET \(base)\(role)", 500), count: 4)
    },
    Situation("as often as configured", .failed(.noCredentials, "answered with status 500")) {
      $0.environment["AWS_METADATA_SERVICE_NUM_ATTEMPTS"] = "1"
      $0.traffic = [session, .status("GET \(base)\(role)", 500)]
    },
    Situation("a slow service that wants a token", .found("ASIAROLE", by: "instance metadata")) {
      $0.traffic = [
        .fails("PUT \(base)api/token", .timedOutAfterSending), .status("GET \(base)\(role)", 401),
        session, .ok("GET \(base)\(role)\nx-aws-ec2-metadata-token: T", "deploy"),
        .ok("GET \(base)\(role)deploy", document("ASIAROLE", token: "Token")),
      ]
    },
    Situation("a slow service, version 1 switched off", .found("ASIAROLE", by: "instance metadata"))
    {
      $0.environment["AWS_EC2_METADATA_V1_DISABLED"] = "true"
      $0.traffic = [
        .fails("PUT \(base)api/token", .timedOutAfterSending), session,
        .ok("GET \(base)\(role)", "deploy"),
        .ok("GET \(base)\(role)deploy", document("ASIAROLE", token: "Token")),
      ]
    },
    Situation("no token at all, version 1 switched off", .failed(.instanceMetadataFailed, "hop")) {
      $0.environment["AWS_EC2_METADATA_V1_DISABLED"] = "true"
      $0.traffic = Array(
        repeating: .fails("PUT \(base)api/token", .timedOutAfterSending), count: 4)
    },
    Situation("no token at all, then version 1", .found("ASIAROLE", by: "instance metadata")) {
      $0.traffic =
        Array(repeating: .status("PUT \(base)api/token", 500), count: 4) + [
          .ok("GET \(base)\(role)", "deploy"),
          .ok("GET \(base)\(role)deploy", document("ASIAROLE", token: "Token")),
        ]
    },
    Situation("an end that is no time", .failed(.instanceMetadataFailed, "\"soon\", which is not"))
    {
      $0.traffic = [
        session, .ok("GET \(base)\(role)", "deploy"),
        .ok("GET \(base)\(role)deploy", document("ASIAROLE", token: "Token", expiration: "soon")),
      ]
    },
    Situation("a request it refuses", .failed(.noCredentials, "status 400")) {
      $0.traffic = [.status("PUT \(base)api/token", 400)]
    },
    Situation("no role", .failed(.noCredentials, "answered with status 404")) {
      $0.traffic = [session, .status("GET \(base)\(role)", 404)]
    },
    Situation("a role's name without end", .failed(.noCredentials, "responseTooLarge")) {
      $0.traffic = [
        session, .ok("GET \(base)\(role)", String(repeating: "r", count: 70_000)),
      ]
    },
    Situation("a role it can't assume", .failed(.noCredentials, "AssumeRoleUnauthorizedAccess")) {
      $0.traffic = [
        session, .ok("GET \(base)\(role)", "deploy"),
        .ok("GET \(base)\(role)deploy", #"{"Code": "AssumeRoleUnauthorizedAccess"}"#),
      ]
    },
    Situation("settings of the profile", .found("ASIAROLE", by: "instance metadata")) {
      $0.files[config] = """
        [default]
        metadata_service_num_attempts = 2
        ec2_metadata_service_endpoint_mode = IPv6
        """
      let base = "http://[fd00:ec2::254]/latest/"
      $0.traffic = [
        .fails("PUT \(base)api/token", .notConnected), .ok("PUT \(base)api/token", "T"),
        .ok("GET \(base)\(role)", "deploy"), .status("GET \(base)\(role)deploy", 500),
        .ok("GET \(base)\(role)deploy", document("ASIAROLE", token: "Token")),
      ]
    },
    Situation("a bad mode", .failed(.settingInvalid, "config:2: ec2_metadata")) {
      $0.files[config] = "[default]\nec2_metadata_service_endpoint_mode = v6\n"
    },
    Situation("a bad number", .failed(.settingInvalid, "AWS_METADATA_SERVICE_TIMEOUT")) {
      $0.environment["AWS_METADATA_SERVICE_TIMEOUT"] = "soon"
    },
    Situation("a bad endpoint", .failed(.settingInvalid, "expected an http")) {
      $0.environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "localhost:80"
    },
  ]
}
