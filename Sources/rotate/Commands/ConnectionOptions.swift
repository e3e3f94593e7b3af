internal import Configuration
internal import AWSCredentials
internal import AWSClient
internal import ArgumentParser
internal import FoundationEssentials
internal import Logging

/// Whose calls they are, where they go, and which configuration holds. Every command has these.
struct ConnectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The configuration (default: ROTATE_CONFIG, else \(Configuration.defaultFile)).",
      valueName: "file"),
    completion: .file())
  var config: String?

  @Option(
    help: ArgumentHelp("The profile in ~/.aws that signs.", valueName: "name"),
    completion: .profiles)
  var profile: String?

  @Option(help: ArgumentHelp("The AWS region.", valueName: "name"))
  var region: String?

  @Option(
    name: .customLong("endpoint-url"),
    help: ArgumentHelp("Send all calls there, as to a local test server.", valueName: "url"))
  var endpointURL: String?

  @Option(
    name: .customLong("mfa-code"),
    help: ArgumentHelp(
      "For a profile with mfa_serial: the code that the device shows now.", valueName: "code"))
  var mfaCode: String?

  @Flag(help: "Log each call to standard error.")
  var verbose = false

  func validate() throws {
    guard let mfaCode, !MFACodes.isCode(mfaCode) else { return }
    throw ValidationError("--mfa-code: the six digits that the device shows are expected")
  }

  /// A configuration that is wrong ends the program here, with 78.
  func loadConfiguration() throws -> Configuration {
    do throws(ConfigurationFailure) {
      return try Configuration.load(asked: config, environment: Self.environment)
    } catch {
      Console.error("\(error)\nNothing was sent to AWS.")
      throw ExitCode(78)
    }
  }

  /// `worksWithoutRegion`: as in `AWSSession.Options`.
  func session(
    _ configuration: Configuration, retries: Int? = nil, worksWithoutRegion: Bool = false
  ) throws(CommandFailure) -> AWSSession {
    var options = options(configuration)
    if let retries { options.retries = retries }
    options.worksWithoutRegion = worksWithoutRegion
    return try AWSSession(
      options, environment: Self.environment,
      logger: StandardErrorLog.logger(verbose: verbose))
  }

  /// Whose calls they are, and no more: no region is looked for.
  func credentials(_ configuration: Configuration) throws(CommandFailure) -> Credentials {
    do throws(CredentialFailure) {
      return try CallerSearch(
        options(configuration), environment: Self.environment,
        logger: StandardErrorLog.logger(verbose: verbose)
      ).resolve().current()
    } catch {
      throw CommandFailure(error)
    }
  }

  private func options(_ configuration: Configuration) -> AWSSession.Options {
    let fromFile = region == nil ? configuration.region : nil
    return AWSSession.Options(
      profile: profile, region: region ?? fromFile,
      regionSource: fromFile.flatMap { _ in configuration.file }, endpointURL: endpointURL,
      mfa: MFACodes.Options(code: mfaCode, seed: configuration.mfaSeed))
  }

  static var environment: [String: String] { LibraryEnvironment.found }
}
