internal import ArgumentParser
internal import Glibc

@main
struct Rotate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate",
    abstract: "Renew the access keys of deploy-only IAM users without breaking a deploy.",
    version: Version.current,
    subcommands: [
      RunCommand.self, StatusCommand.self, WhoAmICommand.self, CredentialsCommand.self,
      AuditCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  static func main() {
    ProcessHygiene.begin()
    let arguments = Array(CommandLine.arguments.dropFirst())
    // `rotate` is `rotate run`, so its help is that command's, which also leads to the others.
    if let first = arguments.first, arguments.count == 1, ["help", "--help", "-h"].contains(first) {
      Console.out(helpMessage(for: RunCommand.self) + "\n")
      return
    }
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch {
      exit(withError: error)
    }
  }
}
