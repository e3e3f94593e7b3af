import AWSClient
import LibCrypto

/// What the sources of credentials read: files, a program's output, local services.
enum CredentialSources {
  private static let member = "\"\(Secret.text)\",\"Other\":"

  /// The config file and, behind a line of `%%`, the credentials file, with a secret in its middle.
  static func readFiles(_ input: [UInt8]) throws(BrokenPromise) {
    let files = input.parts(2)
    let half = files[1].count / 2
    let secret = "\naws_secret_access_key = \(Secret.text)\n"
    let credentials = files[1].prefix(half) + secret.utf8 + files[1].dropFirst(half)
    try World(
      files: MemoryFiles(["/config": files[0], "/credentials": Array(credentials)]),
      environment: [
        "AWS_CONFIG_FILE": "/config", "AWS_SHARED_CREDENTIALS_FILE": "/credentials",
        "AWS_EC2_METADATA_DISABLED": "true",
      ]
    ).resolve()
  }

  static func readProcess(_ input: [UInt8]) throws(BrokenPromise) {
    let config = "[default]\ncredential_process = /bin/credentials --now\n"
    try World(
      files: MemoryFiles(["/config": Array(config.utf8)]),
      environment: ["AWS_CONFIG_FILE": "/config", "AWS_EC2_METADATA_DISABLED": "true"],
      printed: input.planting(member, after: "\"SecretAccessKey\":")
    ).resolve()
  }

  static func readContainer(_ input: [UInt8]) throws(BrokenPromise) {
    try World(
      files: MemoryFiles([:]),
      environment: [
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/",
        "AWS_EC2_METADATA_DISABLED": "true",
      ], answers: [input.planting(member, after: "\"SecretAccessKey\":")]
    ).resolve()
  }

  /// The session's token, the role's name and the document, with lines of `%%` between them.
  static func readInstanceMetadata(_ input: [UInt8]) throws(BrokenPromise) {
    let parts = input.parts(3)
    let document = parts[2].planting(member, after: "\"SecretAccessKey\":")
    try World(
      files: MemoryFiles([:]), environment: [:], answers: [parts[0], parts[1], document]
    ).resolve()
  }

  /// The cache file of a sign-in (of both kinds) and the portal's reply.
  static func readSignIn(_ input: [UInt8]) throws(BrokenPromise) {
    let parts = input.parts(2)
    let cached = parts[0].planting(member, after: "\"accessToken\":")
    let name = SHA1.hexDigest(of: Array("s".utf8))
    let login = SHA256.hexDigest(of: Array("s".utf8))
    let config = """
      [default]
      sso_session = s
      sso_account_id = 111122223333
      sso_role_name = deploy
      [sso-session s]
      sso_region = eu-west-1
      sso_start_url = https://example.awsapps.com/start
      [profile login]
      login_session = s
      """
    var world = World(
      files: MemoryFiles([
        "/config": Array(config.utf8), "/home/.aws/sso/cache/\(name).json": cached,
        "/home/.aws/login/cache/\(login).json": cached,
      ]), environment: ["AWS_CONFIG_FILE": "/config", "AWS_EC2_METADATA_DISABLED": "true"],
      answers: [parts[1].planting(member, after: "\"secretAccessKey\":")])
    try world.resolve()
    world.environment["AWS_PROFILE"] = "login"
    try world.resolve()
  }
}
