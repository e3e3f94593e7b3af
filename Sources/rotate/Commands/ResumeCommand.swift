internal import ArgumentParser
internal import RotationPlanner

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "End a user's pause.",
    usage: "rotate resume --user <name> ... [options]",
    discussion: """
      Makes no key itself, so builds notice nothing: the next run does what is due. After a rollback that is a new key in place \
      of the one that was published again, once there is room for it.
      """)

  @OptionGroup var users: UserOptions

  @Flag(help: "Show what would be done; change nothing.")
  var dryRun = false

  @OptionGroup var report: ReportOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws { try users.demand(for: "resume") }

  func run() throws {
    try RotationRun.present(.resume, users, dryRun, report, connection)
  }
}
