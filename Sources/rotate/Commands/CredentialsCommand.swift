internal import Configuration
internal import AWSClient
internal import ArgumentParser
internal import FoundationEssentials
internal import LibCrypto
internal import RotationExecutor
internal import RotationPlanner
internal import SecretCoding

struct CredentialsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "credentials",
    abstract: "Print credentials as SDKs expect them from a credential_process.",
    usage: "rotate credentials [--user <name> [--session]] [options]",
    discussion: """
      With --user the published key, read from Parameter Store; without it what this program's \
      own search finds. In ~/.aws/config:

        [profile deploy]
        credential_process = rotate credentials --user deployer

      The caller needs ssm:GetParameter for the parameter, and kms:Decrypt for its key. With \
      --session the user's MFA session: the published one, or where too little is left of it one \
      made on the spot, which takes the right to read the key and the seed of its MFA device.
      """)

  @Option(
    help: ArgumentHelp("Whose published key.", valueName: "name"), completion: .namedUsers)
  var user: String?

  @Flag(help: "With --user: its MFA session instead of the key.")
  var session = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if let user { try UserOptions.check(user) }
    if session, user == nil { throw ValidationError("--session goes with --user") }
  }

  func run() throws {
    let configuration = try connection.loadConfiguration()
    if Console.outIsTerminal {
      Console.error("rotate: a secret follows; it stays in this terminal's scrollback")
    }
    do throws(CommandFailure) {
      let document =
        if let user {
          try published(user, try connection.session(configuration), configuration)
        } else {
          SharedSecret(try connection.credentials(configuration).document)
        }
      let isWritten = document.bytes.withUnsafeBytes { Console.out($0) }
      guard isWritten, Console.out("\n") else {
        Console.forgetLoss()
        throw CommandFailure(.host(.output(.credentials)))
      }
    } catch {
      throw error.shown()
    }
  }

  private func published(
    _ name: String, _ connected: AWSSession, _ configuration: Configuration
  ) throws(CommandFailure) -> SharedSecret {
    let client = connected.makeClient()
    let needsAccount = configuration.mentions("{account}")
    let directory = AWSDirectory(client)
    let selection = UserSelection(
      [name], configuration: configuration, region: connected.region,
      account: needsAccount ? try connected.identity(client).account : "",
      directory: directory)
    guard let user = selection.users.first else {
      throw selection.findings.first.map { CommandFailure($0) }
        ?? CommandFailure(.selection(.unknown(name)))
    }
    do throws(CommandFailure) { return try read(user, connected, client) } catch {
      // Parameters may stand under IAM's spelling of the name. Who reads them seldom may ask IAM,
      // so it is asked only where there is nothing, or nothing that may be read.
      guard let respelled = directory.respelled(user) else { throw error }
      return try read(respelled, connected, client)
    }
  }

  private func read(
    _ user: ManagedUser, _ connected: AWSSession, _ client: ServiceClient
  ) throws(CommandFailure) -> SharedSecret {
    if session { return try temporary(user, client) }
    let found: Parameter?
    do throws(CallFailure) {
      found = try AWSAdapter(client).decrypted(ParameterPlace(user.credentials))
    } catch {
      throw CommandFailure(reading: user.credentials, error)
    }
    guard let found else {
      throw CommandFailure(
        .credentials(
          .notPublished(
            user: user.name, parameter: user.credentials, region: connected.region)))
    }
    switch CredentialDocument.read(found.value) {
    case .failure(let damage):
      throw CommandFailure(
        .credentials(
          .damaged(parameter: user.credentials, why: damage.reason, user: user.name)))
    case .success(let pair): return SharedSecret(CredentialDocument.render(pair, as: .json))
    }
  }
}

extension CredentialsCommand {
  private func temporary(
    _ user: ManagedUser, _ client: ServiceClient
  ) throws(CommandFailure) -> SharedSecret {
    guard let settings = user.session else {
      throw CommandFailure(.credentials(.noSession(user: user.name)))
    }
    return try SessionOnTheSpot(user: user, settings: settings, aws: AWSAdapter(client)).document()
  }
}

extension Configuration {
  /// Whether a placeholder stands in any name.
  fileprivate func mentions(_ placeholder: String) -> Bool {
    ([defaults] + users.map(\.settings)).contains {
      ($0.parameterPath?.value.contains(placeholder) ?? false)
        || ($0.session?.value.mentions(placeholder) ?? false)
    }
  }
}

extension Credentials {
  /// The `credential_process` JSON of any credentials, sessions included.
  fileprivate var document: SecretBytes {
    CredentialProcessDocument.write(
      accessKeyId: accessKeyId, secretAccessKey: secretAccessKey, sessionToken: sessionToken,
      expiration: expiration?.formatted(.iso8601))
  }
}
