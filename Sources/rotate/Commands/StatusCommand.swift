internal import Reports
internal import ArgumentParser

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show every managed user: keys, ages, next step. Changes nothing.",
    usage: "rotate status [--user <name> ...] [options]",
    discussion: """
      The exit code is that of a run: 0 all is well, 1 something failed, 2 somebody must act.
      """)

  @OptionGroup var users: UserOptions

  @OptionGroup var report: ReportOptions
  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    var run = RotationRun(
      mode: .status, connection: connection, configuration: try connection.loadConfiguration())
    run.asked = users.names
    run.showsProgress = !report.quiet && !connection.verbose
    try run.present(report)
  }
}
