internal import ArgumentParser
internal import RotationPlanner

struct PauseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Make no new keys for a user, until somebody resumes.",
    usage: "rotate pause --user <name> ... --reason <text> [--until <date>] [options]",
    discussion: """
      Builds notice nothing. Superseded keys still retire, interrupted runs are still finished, and copies are repaired. A \
      published key that doesn't work any more is still replaced, and so is a compromised one. A \
      key that becomes overdue is still reported: exit code 2. The pause stands in the user's \
      record, so it holds for every host.
      """)

  @OptionGroup var users: UserOptions
  @OptionGroup var pause: PauseOptions

  @Flag(help: "Show what would be done; change nothing.")
  var dryRun = false

  @OptionGroup var report: ReportOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    try users.demand(for: "pause")
    guard pause.reason != nil else {
      throw ValidationError("pause needs --reason: whoever wonders later reads it in every report")
    }
  }

  func run() throws {
    let order = Order.pause(
      reason: pause.reason ?? "", until: pause.untilDate, rollbackTo: nil)
    try RotationRun.present(order, users, dryRun, report, connection)
  }
}
