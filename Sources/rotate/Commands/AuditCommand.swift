internal import ArgumentParser
internal import FoundationEssentials
internal import RotationExecutor

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Show the audit log, or verify that nobody changed it.",
    subcommands: [Show.self, Verify.self])

  /// Which log.
  struct LogOptions: ParsableArguments {
    @Option(
      help: ArgumentHelp("The configuration, which names the log.", valueName: "file"),
      completion: .file())
    var config: String?

    @Argument(
      help: ArgumentHelp(
        "The log's files, the oldest first (default: this host's, rotated ones included).",
        valueName: "file"),
      completion: .file())
    var files: [String] = []
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show the newest entries.")

    @Option(help: ArgumentHelp("Only this user's.", valueName: "name"), completion: .namedUsers)
    var user: String?

    @Option(help: ArgumentHelp("Only this access key's.", valueName: "id"))
    var key: String?

    @Option(name: .customLong("run"), help: ArgumentHelp("Only this run's.", valueName: "id"))
    var runId: String?

    @Option(
      help: ArgumentHelp("From then on: a duration back (7d) or a UTC date.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("At most so many.", valueName: "count"))
    var limit = 50

    @Option(help: "The form: a table, or the log's own JSON lines.")
    var format = AnswerFormat.text

    @OptionGroup var log: LogOptions

    func run() throws { try AuditListing(self).present() }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify", abstract: "Check every line and the chain from one to the next.",
      discussion: """
        Works offline. With --anchors, the log is also held against the heads that the records in \
        Parameter Store keep, so that a log that was cut short is found out; what came after the \
        last record's write can't be. Exit code 0: intact; 1: not, and where.
        """)

    @Flag(help: "Also compare with the records in Parameter Store.")
    var anchors = false

    @Argument(
      help: ArgumentHelp(
        "The log's files, the oldest first (default: this host's, rotated ones included).",
        valueName: "file"),
      completion: .file())
    var files: [String] = []

    @OptionGroup var connection: ConnectionOptions

    func run() throws { try AuditCheck(self).present() }
  }
}
