internal import Reports
internal import ArgumentParser
internal import RotationPlanner

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Renew the access keys of deploy-only IAM users without breaking a deploy.",
    usage: "rotate [run] [--user <name> ...] [--dry-run] [--now] [options]",
    discussion: """
      For each managed user: a new key is made when the published one is due, proven, and \
      published in SSM Parameter Store; the one before stays Active for the grace period, then \
      Inactive for the soak period, and is deleted then. A run does what is due now, and nothing \
      else. Without a configuration file the defaults hold, and --user says whom it is about.

      EXAMPLES
        rotate --user deployer --dry-run   what would be done, and why
        rotate --user deployer             do it
        rotate --user deployer --now       also if the key isn't due yet
        rotate --user deployer --compromised
                                           the key has leaked: replace it now
        rotate --user deployer --compromised --revoke-sessions
                                           and end its sessions, too
        rotate status                      every managed user: keys, ages, next step
        rotate status --format json        the same, for a program
        rotate status --format html        as a page: --output keys.html

      OTHER COMMANDS (rotate <command> --help)
        status        how every managed user stands; changes nothing
        rollback      publish the superseded key again, and pause rotations
        pause         make no new keys for a user, until somebody resumes
        resume        end a user's pause
        whoami        whose credentials are used, and where they were found
        credentials   print a published key for credential_process
        sessions      renew the MFA sessions that are published; rotate no key
        mfa enroll    make a user's virtual MFA device and keep its seed
        check         all that could stop a run, tried without a change
        policy        the least IAM policy that the configuration needs
        audit         show the audit log, or verify that nobody changed it
        notify        show who is told, and try it: --test

      EXIT CODES
        0   all is well, also where nothing was due
        1   something failed: a call, a read, an unknown user
        2   nothing failed, but somebody must act: a user is blocked or overdue
        3   with --dry-run --detailed-exit-code: changes are due
        64  wrong usage
        78  wrong configuration; the message names the place
      """)

  @OptionGroup var users: UserOptions

  @Flag(help: "Show what would be done; change nothing.")
  var dryRun = false

  @Flag(help: "Rotate although nothing is due.")
  var now = false

  @Flag(help: "Give up the one key in the way that is Inactive or was never used.")
  var makeRoom = false

  @Flag(
    help: "The published key has leaked: a new one now, and that one Inactive, without any grace.")
  var compromised = false

  @Flag(
    help: ArgumentHelp(
      "With --compromised: also end the sessions that were made with the leaked key, by a policy on "
        + "the user. Recommended."))
  var revokeSessions = false

  @Flag(help: "With --compromised: don't ask.")
  var yes = false

  @Flag(help: "With --dry-run: exit 3 when changes are due.")
  var detailedExitCode = false

  @Flag(help: "With --dry-run: run the hooks of what is due, with ROTATE_DRY_RUN=1.")
  var runHooks = false

  @OptionGroup var report: ReportOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if detailedExitCode && !dryRun {
      throw ValidationError("--detailed-exit-code goes with --dry-run")
    }
    if runHooks && !dryRun { throw ValidationError("--run-hooks goes with --dry-run") }
    if compromised {
      try users.demand(for: "--compromised")
      if now || makeRoom {
        throw ValidationError("--compromised goes without --now and --make-room")
      }
    }
    if revokeSessions && !compromised {
      throw ValidationError("--revoke-sessions goes with --compromised")
    }
    if yes && !compromised { throw ValidationError("--yes goes with --compromised") }
    if report.quiet && connection.verbose {
      throw ValidationError("--quiet and --verbose exclude each other")
    }
  }

  func run() throws {
    let asks = compromised && !dryRun && !yes
    if asks { try Confirmation.demandTerminal("--compromised") }
    var run = RotationRun(
      mode: dryRun ? .dryRun : .run, connection: connection,
      configuration: try connection.loadConfiguration())
    run.asked = users.names
    run.request = PlanRequest(
      rotateNow: now, makeRoom: makeRoom, order: compromised ? .replaceCompromised(nil) : nil,
      revokesSessions: revokeSessions)
    run.runsHooks = runHooks
    run.asksFirst = asks
    run.detailedExitCode = detailedExitCode
    run.showsProgress = !report.quiet && !connection.verbose
    try run.present(report)
  }
}
