internal import AWSClient
internal import Host
internal import LibCrypto

/// The profile's `credential_process`: a program that prints credentials as JSON.
///
/// See "Sourcing credentials with an external process" in the AWS CLI's user guide. There is no
/// shell: the line is split into words, and nothing in it is expanded.
struct CredentialProcessProvider: CredentialProvider {
  let name = "credential_process"
  let readsOneProfile = true

  func provide(_ world: CredentialsWorld) -> ProviderResult {
    guard let setting = world.profile["credential_process"] else {
      return .notConfigured("profile \"\(world.profileName)\" has no credential_process")
    }
    do throws(CredentialFailure) {
      return .found(try run(setting, world))
    } catch {
      return .failed(error)
    }
  }

  private func run(
    _ setting: Setting, _ world: CredentialsWorld
  ) throws(CredentialFailure) -> Credentials {
    let request = ProcessRequest(
      arguments: try words(setting), environment: try environment(setting, world),
      timeLimit: Self.timeLimit, outputLimit: 64 << 10)
    let output: ProcessOutput
    do throws(ProcessFailure) {
      output = try world.context.processes.run(request)
    } catch {
      throw failure(
        .processFailed, "\(setting.place): \(Self.reason(error))",
        remedy: "Run the command by hand, as the user that runs this program.")
    }
    guard output.status == 0 else {
      let words = Redaction.firstLines(of: output.standardError)
      throw failure(
        .processFailed,
        "\(setting.place): the command ended with status \(output.status)"
          + (words.isEmpty ? "" : " and said: \(words)"),
        remedy: "Run the command by hand, as the user that runs this program.")
    }
    return try read(output.standardOutput, setting)
  }

  /// The program's own, and a count: a profile whose process is `rotate credentials` for that very
  /// profile would start processes for ever.
  private func environment(
    _ setting: Setting, _ world: CredentialsWorld
  ) throws(CredentialFailure) -> [String: String] {
    let variable = "ROTATE_CREDENTIAL_PROCESS_DEPTH"
    let depth = world.environment(variable).flatMap { Int($0) } ?? 0
    guard depth < 4 else {
      throw failure(
        .processFailed, "\(setting.place): the command needs this profile's credentials itself",
        remedy: "Give the command another --profile than the one it serves.")
    }
    return world.context.environment.merging([variable: String(depth + 1)]) { $1 }
  }

  private func words(_ setting: Setting) throws(CredentialFailure) -> [String] {
    let problem: String
    do throws(ShellWords.Failure) {
      let words = try ShellWords.split(setting.text ?? "")
      if !words.isEmpty { return words }
      problem = "expected a command"
    } catch {
      problem =
        error == .quotationNotClosed ? "a quotation is not closed" : "a backslash ends the line"
    }
    throw failure(
      .settingInvalid, "\(setting.place): \(problem)",
      remedy: "Write the program and its arguments on one line; quotes keep words together.")
  }

  private func read(
    _ output: borrowing SecretBytes, _ setting: Setting
  ) throws(CredentialFailure) -> Credentials {
    func invalid(_ what: String) -> CredentialFailure {
      failure(
        .processOutputInvalid, "\(setting.place): the command printed \(what)",
        remedy: "It must print {\"Version\": 1, \"AccessKeyId\": …, \"SecretAccessKey\": …} and,"
          + " for temporary credentials, SessionToken and Expiration.")
    }
    guard let document = CredentialsDocument.decode(output) else {
      throw invalid("something else than one JSON object of credentials")
    }
    try checkVersion(document, invalid)
    let missing = document.missing([.accessKeyId, .secretAccessKey])
    let expiration = document.expiration
    guard missing.isEmpty,
      let found = document.credentials(
        token: .sessionToken, expiration: expiration, source: "\(name) (\(setting.place))")
    else {
      throw invalid("no \(missing.joined(separator: " and no "))")
    }
    switch document[.sessionToken] {
    case .absent, .null, .text: break
    case .number, .other: throw invalid("a SessionToken that is not a string")
    }
    switch document[.expiration] {
    case .absent, .null: break
    case .text, .number, .other:
      guard expiration != nil else {
        throw invalid(
          "the Expiration \(document.shown(.expiration)), which is not a time with a zone such"
            + " as 2030-01-31T23:59:59Z")
      }
    }
    return found
  }

  /// A number, as SDKs ask for it.
  private func checkVersion(
    _ document: CredentialsDocument, _ invalid: (String) -> CredentialFailure
  ) throws(CredentialFailure) {
    switch document[.version] {
    case .number("1"): break
    case .absent, .null: throw invalid("no Version")
    case .number(let number): throw invalid("Version \(number)")
    case .text(let text):
      throw invalid(
        "Version \"\(Redaction.time(text.bytes.string()))\", a string instead of the number 1")
    case .other: throw invalid("a Version that is not a number")
    }
  }

  private static func reason(_ failure: ProcessFailure) -> String {
    switch failure {
    case .notStarted(let reason): "the command could not be started: \(reason)"
    case .timedOut: "the command took longer than \(timeLimit.components.seconds) s and was stopped"
    case .outputTooLarge: "the command printed more than 64 KiB"
    }
  }

  /// Long enough for a person to answer what the command asks on the terminal.
  private static let timeLimit = Duration.seconds(60)
}
