internal import Reports
internal import ArgumentParser
internal import RotationPlanner

struct SessionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sessions",
    abstract: "Renew the MFA sessions that are published; rotate no key.",
    usage: "rotate sessions [--user <name> ...] [--dry-run] [options]",
    discussion: """
      For each managed user with `session` in the configuration: temporary credentials are made with \
      the published key and a code of its MFA device, proven, and put into the parameter `session`, \
      when less than half of their time is left. `rotate` does the same after a rotation. A pass \
      that finds nothing to do is a read or two.
      """)

  @OptionGroup var users: UserOptions

  @Flag(help: "Show what would be done; change nothing.")
  var dryRun = false

  @OptionGroup var report: ReportOptions
  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    var run = RotationRun(
      mode: dryRun ? .dryRun : .run, connection: connection,
      configuration: try connection.loadConfiguration())
    run.asked = users.names
    run.request = PlanRequest(sessionsOnly: true)
    run.showsProgress = !report.quiet && !connection.verbose
    try run.present(report)
  }
}
