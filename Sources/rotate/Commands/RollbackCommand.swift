internal import Reports
internal import ArgumentParser

struct RollbackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Publish the superseded key again, and pause rotations.",
    usage: "rotate rollback --user <name> ... [--reason <text>] [--until <date>] [--yes] [options]",
    discussion: """
      For a new key that breaks something. Rotations are paused first. Then the newest superseded \
      key is made Active if it isn't, proven, and published again, its secret taken from the history \
      of the parameter `credentials`; the newer key begins to retire, and builds that have read it \
      go on for the grace period. A key whose secret never stood there (from before rotate took \
      over) is only made Active. If it is interrupted, the pause stands: run it again.

      Nothing new is published until `rotate resume --user <name>`, or until the date of --until. \
      A key that was replaced with --compromised is not published again.
      """)

  @OptionGroup var users: UserOptions
  @OptionGroup var pause: PauseOptions

  @Flag(help: "Show what would be done; change nothing.")
  var dryRun = false

  @Flag(help: "Don't ask.")
  var yes = false

  @OptionGroup var report: ReportOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws { try users.demand(for: "rollback") }

  func run() throws {
    if !dryRun, !yes { try Confirmation.demandTerminal("rollback") }
    var run = RotationRun(
      mode: dryRun ? .dryRun : .run, connection: connection,
      configuration: try connection.loadConfiguration())
    run.asked = users.names
    run.rollback = .init(reason: pause.reason, until: pause.untilDate)
    run.showsProgress = !report.quiet && !connection.verbose
    run.asksFirst = !dryRun && !yes
    try run.present(report)
  }
}
