internal import Configuration
internal import ArgumentParser
internal import Glibc

@main
struct Rotate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate",
    abstract: "Renew the access keys of deploy-only IAM users without breaking a deploy.",
    version: Version.current,
    subcommands: [
      RunCommand.self, StatusCommand.self, RollbackCommand.self, PauseCommand.self,
      ResumeCommand.self, WhoAmICommand.self, CredentialsCommand.self, SessionsCommand.self,
      MFACommand.self, CheckCommand.self, PolicyCommand.self, AuditCommand.self,
      NotifyCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  static func main() {
    ProcessHygiene.begin()
    let asked = Array(CommandLine.arguments.dropFirst())
    if CompletionRoot.isAsked(asked) { CompletionRoot.answer(asked) }
    let arguments = commandFirst(asked)
    // `rotate` is `rotate run`, so its help is that command's, which also leads to the others.
    if let first = arguments.first, arguments.count == 1, ["help", "--help", "-h"].contains(first) {
      Console.out(helpMessage(for: RunCommand.self) + "\n")
      leave(self, after: nil)
    }
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch {
      leave(self, after: error)
    }
    leave(self, after: nil)
  }

  /// Ends the program as the parser would, except that its words for standard output (help, version,
  /// scripts) go there like all others: what doesn't arrive is a failure, whichever command it was.
  static func leave(_ command: any ParsableCommand.Type, after error: (any Error)?) -> Never {
    var code = ExitCode.success
    if let error {
      code = command.exitCode(for: error)
      let words = command.fullMessage(for: error)
      if code.isSuccess, !words.isEmpty {
        Console.out(words + "\n")
      } else if !words.isEmpty {
        Console.error(words)
      }
    }
    if let reason = Console.takeLoss() {
      code = CommandFailure(
        code: "output", "standard output can't be written: \(reason)",
        remedy: "see where it goes, and whether there is room; what was done stands"
      ).shown()
    }
    Glibc.exit(code.rawValue)
  }

  private static let optionsWithValue: Set<String> = [
    "--user", "--config", "--profile", "--region", "--endpoint-url", "--format", "--output",
    "--channel", "--mfa-code", "--reason", "--until",
  ]

  /// `rotate --config FILE status` means what `rotate status --config FILE` means: the parser wants
  /// the command first, people don't care.
  private static func commandFirst(_ arguments: [String]) -> [String] {
    var index = 0
    while index < arguments.count, arguments[index].hasPrefix("-") {
      index += optionsWithValue.contains(arguments[index]) ? 2 : 1
    }
    let rest = arguments.dropFirst(index)
    guard let word = rest.first,
      let command = configuration.subcommands.first(where: { $0.configuration.commandName == word })
    else { return arguments }
    let nested = command.configuration.subcommands.map { $0.configuration.commandName }
    let count = rest.dropFirst().first.map { nested.contains($0) } ?? false ? 2 : 1
    return Array(rest.prefix(count) + arguments.prefix(index) + rest.dropFirst(count))
  }
}
