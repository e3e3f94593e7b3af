internal import ArgumentParser

struct MFACommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mfa",
    abstract: "Make the MFA devices that sessions need.",
    subcommands: [Enroll.self])

  struct Enroll: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "enroll",
      abstract: "Make a user's virtual MFA device, keep its seed, and enable it.",
      usage: "rotate mfa enroll --user <name> [--dry-run] [options]",
      discussion: """
        The device and the place of its seed are those of the user's `session` in the \
        configuration. The seed goes into that SecureString and is read back before the device is \
        enabled; it is never shown. After an interruption, run it again: it goes on from what is \
        there. A device or a parameter that isn't its own is never touched.
        """)

    @Option(help: ArgumentHelp("For whom.", valueName: "name"), completion: .namedUsers)
    var user: String

    @Flag(help: "Show what would be done; change nothing.")
    var dryRun = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws { try UserOptions.check(user) }

    func run() throws {
      try Enrollment(
        name: user, dryRun: dryRun, connection: connection,
        configuration: try connection.loadConfiguration()
      ).present()
    }
  }
}
