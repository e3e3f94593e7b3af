internal import Configuration
internal import ArgumentParser
internal import Findings
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
    let isReordered = asked.count > 1 && asked[0].hasPrefix("-")
    let arguments = isReordered ? CommandOrder(self).commandFirst(asked) : asked
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
      code = CommandFailure(.host(.output(.anything(why: reason)))).shown()
    }
    Glibc.exit(code.rawValue)
  }
}
