import Foundation
import Testing

/// The built program, as far as it needs no server.
@Suite("The program")
struct ProgramTests {
  @Test func version() throws {
    let run = try Program.run(["--version"])
    #expect((run.status, run.out, run.error) == (0, "0.1.0\n", ""))
  }

  @Test(arguments: [["--help"], ["-h"], ["help"], ["run", "--help"]])
  func helpTeaches(_ arguments: [String]) throws {
    let run = try Program.run(arguments)
    #expect(run.status == 0)
    #expect(run.out.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(run.out == Self.help)
  }

  struct Wrong: Sendable {
    var arguments: [String]
    var environment: [String: String] = [:]
    var status: Int32
    /// How standard error begins.
    var error: String
  }

  static let keys = [
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": Program.secret,
    "AWS_REGION": "eu-west-1",
  ]
  /// Port 9 of the loopback: nothing listens there.
  static let unreachable = keys.merging(["AWS_ENDPOINT_URL": "http://127.0.0.1:9"]) { $1 }

  static let wrong: [Wrong] = [
    Wrong(arguments: [], status: 64, error: "Error: whose keys? Name a user"),
    Wrong(
      arguments: ["--nwo"], status: 64,
      error: "Error: Unknown option '--nwo'. Did you mean '--now'?"
    ),
    Wrong(
      arguments: ["--user", "a", "--detailed-exit-code"], status: 64,
      error: "Error: --detailed-exit-code goes with --dry-run"),
    Wrong(
      arguments: ["--user", "a b"], status: 64, error: "Error: --user a b: IAM has no such name"),
    Wrong(
      arguments: ["--user", "a", "--output", "/nonexistent/report"], status: 64,
      error: "Error: --output /nonexistent/report: No such file or directory"),
    Wrong(
      arguments: ["status", "--user", "a", "--output", "/dev/null"], status: 64,
      error: "Error: --output /dev/null: it stands there already and is no regular file"),
    // The command may stand behind its options, and a value may be called like a command.
    Wrong(
      arguments: ["--config", "/nonexistent/c.json", "status", "--user", "a"], status: 78,
      error: "/nonexistent/c.json: there is no such file"),
    Wrong(
      arguments: ["--config", "/nonexistent/c.json", "--verbose", "audit", "verify"], status: 78,
      error: "/nonexistent/c.json: there is no such file"),
    Wrong(
      arguments: ["--user", "status", "--now", "--config", "/nonexistent/c.json"], status: 78,
      error: "/nonexistent/c.json: there is no such file"),
    Wrong(
      arguments: ["--now", "status"], status: 64, error: "Error: Unknown option '--now'"),
    Wrong(arguments: ["undo"], status: 64, error: "Error: Unexpected argument 'undo'"),
    Wrong(arguments: ["rollback"], status: 64, error: "Error: rollback needs --user: whom is it"),
    Wrong(
      arguments: ["rollback", "--user", "deployer"], status: 64,
      error: "Error: rollback may break running builds, so it asks first, and there is no terminal"),
    Wrong(
      arguments: ["--config", "/nonexistent/c.json"], status: 78,
      error: "/nonexistent/c.json: there is no such file, which --config names "
        + "[config-unreadable]\nNothing was sent to AWS.\n"),
    Wrong(
      arguments: ["status"], environment: ["ROTATE_CONFIG": "/etc/hostname"], status: 78,
      error: "/etc/hostname:1:1: "),
    Wrong(
      arguments: ["--user", "a"], status: 1,
      error: "FAILED    region: no region is set [credentials]\n"),
    Wrong(
      arguments: ["--user", "a"], environment: ["AWS_REGION": "eu-west-1"], status: 1,
      error: "FAILED    credentials: no source of AWS credentials is configured [no-credentials]\n"),
    Wrong(
      arguments: ["whoami"], environment: ["AWS_REGION": "eu-west-1"], status: 1,
      error: "rotate: credentials: no source of AWS credentials is configured [no-credentials]\n"),
    Wrong(
      arguments: ["whoami", "--profile", "x"], status: 1, error: "rotate: profile: there is no "),
    Wrong(
      arguments: ["--user", "a"], environment: unreachable, status: 1,
      error: "FAILED    GetCallerIdentity (STS, eu-west-1): Failed to connect to 127.0.0.1 port 9"),
    Wrong(
      arguments: ["credentials", "--user", "a"], environment: unreachable, status: 1,
      error: "rotate: GetParameter /deploy/a/credentials: Failed to connect"),
    Wrong(
      arguments: ["audit", "show", "--since", "yesterday"], status: 64,
      error: "Error: --since yesterday: write a duration back such as 7d"),
    Wrong(
      arguments: ["audit", "verify", "/nonexistent/a.jsonl"], status: 1,
      error: "rotate: /nonexistent/a.jsonl: can't open it"),
  ]

  @Test(arguments: wrong)
  func badInputEndsWithOneClearMessage(_ test: Wrong) throws {
    let run = try Program.run(test.arguments, environment: test.environment)
    #expect(run.status == test.status)
    #expect(run.error.hasPrefix(test.error), "\(run.error)")
    #expect(run.out == "")
    #expect(!run.error.contains(Program.secret))
  }

  @Test func aFailureIsAReportForPrograms() throws {
    let run = try Program.run(
      ["--user", "a", "--format", "json"], environment: Self.unreachable)
    #expect(run.status == 1)
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(run.out.utf8)) as? [String: Any])
    #expect(report["exitCode"] as? Int == 1)
    #expect(report["schema"] as? Int == 1)
    #expect(!(run.out + run.error).contains(Program.secret))
  }

  @Test func credentialsOfTheCallerHaveTheFormOfCredentialProcess() throws {
    let run = try Program.run(
      ["credentials"], environment: Self.keys.merging(["AWS_SESSION_TOKEN": "token=="]) { $1 })
    #expect((run.status, run.error) == (0, ""))
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(run.out.utf8)) as? [String: Any])
    #expect(document["Version"] as? Int == 1)
    #expect(document["AccessKeyId"] as? String == "AKIAIOSFODNN7EXAMPLE")
    #expect(document["SecretAccessKey"] as? String == Program.secret)
    #expect(document["SessionToken"] as? String == "token==")
  }

  static let help = """
    OVERVIEW: Renew the access keys of deploy-only IAM users without breaking a
    deploy.

    For each managed user: a new key is made when the published one is due, proven,
    and published in SSM Parameter Store; the one before stays Active for the grace
    period, then Inactive for the soak period, and is deleted then. A run does what
    is due now, and nothing else. Without a configuration file the defaults hold,
    and --user says whom it is about.

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

    USAGE: rotate [run] [--user <name> ...] [--dry-run] [--now] [options]

    OPTIONS:
      --user <name>           Only this user; may be repeated.
      --dry-run               Show what would be done; change nothing.
      --now                   Rotate although nothing is due.
      --make-room             Give up the one key in the way that is Inactive or
                              was never used.
      --compromised           The published key has leaked: a new one now, and that
                              one Inactive, without any grace.
      --revoke-sessions       With --compromised: also end the sessions that were
                              made with the leaked key, by a policy on the user.
                              Recommended.
      --yes                   With --compromised: don't ask.
      --detailed-exit-code    With --dry-run: exit 3 when changes are due.
      --run-hooks             With --dry-run: run the hooks of what is due, with
                              ROTATE_DRY_RUN=1.
      --format <format>       The form of the report. (values: text, json,
                              markdown, html; default: text)
      --output <file>         Write the report there, replaced as a whole; a new
                              file has mode 0600.
      --quiet                 Print only when somebody must act.
      --config <file>         The configuration (default: ROTATE_CONFIG, else
                              /etc/rotate/config.json).
      --profile <name>        The profile in ~/.aws that signs.
      --region <name>         The AWS region.
      --endpoint-url <url>    Send all calls there, as to a local test server.
      --mfa-code <code>       For a profile with mfa_serial: the code that the
                              device shows now.
      --verbose               Log each call to standard error.
      --version               Show the version.
      -h, --help              Show help information.


    """
}
