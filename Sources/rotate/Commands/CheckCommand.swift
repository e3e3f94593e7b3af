internal import Reports
internal import Configuration
internal import AWSClient
internal import ArgumentParser
internal import FoundationEssentials
internal import Host
internal import RotationPlanner

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Try everything that could stop tonight's run. Changes nothing.",
    usage: "rotate check [--user <name> ...] [--format text|json] [options]",
    discussion: """
      Configuration, credentials, endpoints, clock, users with their parameters and records, pauses, \
      permissions, KMS, MFA sessions, local files, channels, heartbeat, metrics, hooks, the audit log \
      and its disk, the timers, the next dates. Nothing is sent, and no hook runs. \
      Run it as the user that runs rotate: as the service, sudo -u rotate rotate check.

      What is allowed is asked of IAM, where the caller may ask (rotate policy --with-check); \
      else the reads are tried, and what can't be tried without a change counts as unknown.

      The exit code is that of a run: 0 all is well as far as can be told, 1 something would \
      fail, 2 somebody must act, 78 the configuration is wrong.
      """)

  @OptionGroup var users: UserOptions

  @Option(help: "The form of the answer.")
  var format = AnswerFormat.text

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    let configuration = try connection.loadConfiguration()
    guard configuration.file != nil || !users.names.isEmpty else {
      throw ValidationError("whom? Name a user (--user deployer), or a configuration")
    }
    let report = report(configuration)
    switch format {
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      encoder.dateEncodingStrategy = .iso8601
      Console.out(JSONText.escaped((try? encoder.encode(report)) ?? Data()) + "\n")
    case .text:
      let style = TextStyle(descriptor: 1, environment: ConnectionOptions.environment)
      Console.out(CheckText(report, style: style).text)
    }
    if report.exitCode != 0 { throw ExitCode(report.exitCode) }
  }

  private func report(_ configuration: Configuration) -> CheckReport {
    var lines = [
      CheckLine(
        code: .checkConfiguration, .ok, "configuration",
        configuration.file.map {
          "\($0): \(configuration.users.count) "
            + (configuration.users.count == 1 ? "entry" : "entries")
        } ?? "none; the defaults hold")
    ]
    var time: Date?
    var client: ServiceClient?
    do throws(CommandFailure) {
      let session = try connection.session(configuration, retries: 3)
      let account = AccountCheck(configuration, asked: users.names, session)
      account.run()
      if account.isKnown { client = session.makeHastyClient(within: .seconds(10)) }
      lines += account.lines
      time = account.time
    } catch {
      lines.append(CheckLine(error.finding, "credentials"))
    }
    let environment = ConnectionOptions.environment
    lines +=
      TellingCheck(configuration: configuration, environment: environment, client: client).lines
      + HostCheck(
        configuration: configuration, environment: environment, processes: SystemProcesses(),
        hasSessions: configuration.hasSessions(for: users.names),
        ignored: LibraryEnvironment.ignored
      ).lines
    return CheckReport(version: Version.current, at: time, checks: lines)
  }
}

extension Configuration {
  /// Whether anybody who is looked at can have a session.
  fileprivate func hasSessions(for asked: [String]) -> Bool {
    users.contains { $0.settings.session != nil }
      || !asked.isEmpty && defaults.session != nil
  }
}
