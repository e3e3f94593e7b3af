internal import AWSClient
internal import ArgumentParser
internal import LibCrypto
internal import RotationExecutor
internal import RotationPlanner

/// One pass over the managed users, from the configuration to the report.
struct RotationRun {
  /// As many users are worked on at once. IAM's limits are per account, so more gains little.
  static let threads = 4

  let mode: Report.Mode
  let connection: ConnectionOptions
  let configuration: Configuration
  /// Empty: all that the configuration selects.
  var asked: [String] = []
  var request = PlanRequest()
  var detailedExitCode = false
  var showsProgress = true
  /// Have a dry run exercise the hooks.
  var runsHooks = false
  private let runId = SecureRandom.id()

  init(mode: Report.Mode, connection: ConnectionOptions, configuration: Configuration) {
    self.mode = mode
    self.connection = connection
    self.configuration = configuration
  }

  func present(_ options: ReportOptions) throws {
    guard configuration.file != nil || !asked.isEmpty else {
      throw ValidationError(
        """
        whose keys? Name a user (rotate --user deployer --dry-run shows what would be done), or \
        write \(Configuration.defaultFile), such as {"users": [{"name": "deployer"}]}
        """)
    }
    let aftermath = try Aftermath(
      mode, configuration, environment: ConnectionOptions.environment, runId: runId,
      runsHooks: runsHooks, verbose: connection.verbose)
    var pass = Pass()
    pass.isPartial = !asked.isEmpty
    do throws(CommandFailure) { try perform(&pass, aftermath) } catch {
      pass.findings.append(error.finding)
    }
    let report = aftermath.conclude(&pass) { pass in
      var report = self.report(pass.outcomes, pass.findings)
      report.account = pass.account
      report.region = pass.account == nil ? nil : pass.session?.region
      return report
    }
    try options.present(report)
    if report.exitCode != 0 { throw ExitCode(report.exitCode) }
  }

  private func perform(_ pass: inout Pass, _ aftermath: Aftermath) throws(CommandFailure) {
    let session = try connection.session(configuration)
    let client = session.makeClient()
    pass.session = session
    let identity = try session.identity(client)
    pass.account = identity.account
    let journal = try mode == .run ? Journal.open(self, session) : Journal.reading(self)
    defer { journal.close() }
    let selection = UserSelection(
      asked, configuration: configuration, region: session.region, account: identity.account,
      directory: AWSDirectory(client))
    let otherRegions = session.otherRegions(configured: configuration.region)
    let context = RunContext(
      runId: runId, host: journal.host, actor: identity.arn, holdsRunLock: mode == .run,
      ownKey: session.ownKey)
    let progress = ProgressLine(total: selection.users.count, isWanted: showsProgress)
    pass.users = selection.users
    pass.contacts = selection.contacts
    let hooks = aftermath.asksHooks ? aftermath.hooks : nil
    pass.outcomes = WorkerThreads.map(
      selection.users, threads: Self.threads, own: AWSAdapter(client),
      state: { AWSAdapter(session.makeClient()) }
    ) { [mode, request, otherRegions] user, aws in
      var user = user
      user.otherRegions = otherRegions
      let run = UserRun(
        user: user, aws: aws, files: LocalProjectionFiles(), audit: journal.trail, run: context,
        request: request, gate: hooks?.gate(for: user))
      let outcome = mode == .run ? run.perform() : run.preview()
      progress.finished(user.name)
      return outcome
    }
    progress.clear()
    pass.findings += selection.findings
    if let failure = journal.finish() { pass.findings.append(failure) }
    if pass.outcomes.isEmpty, pass.findings.isEmpty { pass.findings.append(Self.nobody) }
  }

  private func report(_ outcomes: [UserOutcome], _ findings: [Finding]) -> Report {
    Report(
      mode: mode, version: Version.current, runId: mode == .run ? runId : nil, outcomes: outcomes,
      findings: findings, detailed: detailedExitCode)
  }

  /// A timer that ends well although it looks at nobody hides the day a key expires.
  private static let nobody = Finding(
    code: "nobody-selected", .act, "the configuration selects no user that exists",
    remedy: "see whether its paths and groups have users: aws iam list-users, aws iam get-group")
}

/// The audit log and the lock of one run; for a run that changes nothing, neither.
private struct Journal {
  let trail: any AuditTrail
  let host: String
  private let lock: RunLock?

  static func open(_ run: RotationRun, _ session: AWSSession) throws(CommandFailure) -> Journal {
    let path = run.auditPath
    AuditLocation.prepare(path, run.configuration)
    do throws(AuditFailure) {
      // Makes the directory, which the lock needs. The log itself is read under the lock.
      _ = try AuditFile.openToAppend(path)
      let lock = try RunLock.acquire(
        path: RunLock.path(forLogAt: path), runId: run.id, now: session.shared.clock.now(),
        sleep: SystemClock.sleep,
        onWait: { Console.error("rotate: waiting for another run on this host: \($0)") })
      do throws(AuditFailure) {
        return Journal(trail: try AuditLog.open(path: path), host: lock.host, lock: lock)
      } catch {
        lock.release()
        throw error
      }
    } catch { throw CommandFailure(error) }
  }

  static func reading(_ run: RotationRun) throws(CommandFailure) -> Journal {
    do throws(AuditFailure) {
      return Journal(
        trail: try AuditLog(storage: AuditMemory()),
        host: RunLock.host(at: RunLock.path(forLogAt: run.auditPath)) ?? "", lock: nil)
    } catch { throw CommandFailure(error) }
  }

  /// Makes the last outcomes durable.
  func finish() -> Finding? {
    do throws(AuditFailure) { try trail.sync() } catch { return CommandFailure(error).finding }
    return nil
  }

  func close() { lock?.release() }
}

extension RotationRun {
  fileprivate var id: String { runId }

  fileprivate var auditPath: String {
    AuditLocation.path(configuration, environment: ConnectionOptions.environment)
  }
}
