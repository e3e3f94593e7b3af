internal import Reports
internal import Configuration
internal import AWSClient
internal import ArgumentParser
internal import Destinations
internal import LibCrypto
internal import RotationExecutor
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// One pass over the managed users, from the configuration to the report.
struct RotationRun {
  /// As many users are worked on at once. IAM's limits are per account, so more gains little.
  static let threads = 4

  /// `rotate rollback`: what its pause says.
  struct RollbackRequest {
    var reason: String?
    var until: Date?
  }

  var mode: Report.Mode
  let connection: ConnectionOptions
  let configuration: Configuration
  /// Empty: all that the configuration selects.
  var asked: [String] = []
  var request = PlanRequest()
  var rollback: RollbackRequest?
  /// Shows the plan and asks, before anything is changed.
  var asksFirst = false
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
    if asksFirst { try ask() }
    let aftermath = try aftermath()
    var pass = pass(aftermath)
    let report = aftermath.conclude(&pass) { self.report($0) }
    try options.present(report)
    if report.exitCode != 0 { throw ExitCode(report.exitCode) }
  }

  /// One order for the users named.
  static func present(
    _ order: Order, _ users: UserOptions, _ dryRun: Bool, _ report: ReportOptions,
    _ connection: ConnectionOptions
  ) throws {
    var run = RotationRun(
      mode: dryRun ? .dryRun : .run, connection: connection,
      configuration: try connection.loadConfiguration())
    run.asked = users.names
    run.request.order = order
    run.showsProgress = !report.quiet && !connection.verbose
    try run.present(report)
  }

  /// Where nothing would be done there is nothing to ask: the run itself says why.
  private func ask() throws {
    var preview = self
    preview.mode = .dryRun
    preview.runsHooks = false
    let plan = preview.report(preview.pass(try preview.aftermath()))
    guard plan.counts.due > 0 else { return }
    let users = asked.joined(separator: ", ")
    let actions = Set(plan.users.flatMap(\.steps).map(\.action))
    let question =
      if rollback != nil {
        "Go back to the superseded key of \(users)?"
      } else if actions.contains("rotate") {
        "Publish a new key for \(users), and make the leaked one Inactive in the same run?"
      } else if actions.contains("revokeSessions") {
        "Revoke every session of \(users) that was issued before now?"
      } else {
        "Do this for \(users), and replace the leaked key as soon as there is room?"
      }
    try Confirmation.ask(question, plan)
  }

  private var isPartial: Bool { !asked.isEmpty || request.sessionsOnly }

  /// `--compromised` or a rollback: what else is wrong is told, and never in the way.
  private var isContainment: Bool {
    if case .replaceCompromised = request.order { return true }
    return rollback != nil
  }

  private func aftermath() throws -> Aftermath {
    try Aftermath(
      mode, configuration, environment: ConnectionOptions.environment, runId: runId,
      isPartial: isPartial, isContainment: isContainment, runsHooks: runsHooks,
      verbose: connection.verbose)
  }

  private func pass(_ aftermath: Aftermath) -> Pass {
    var pass = Pass()
    pass.isPartial = isPartial
    do throws(CommandFailure) { try perform(&pass, aftermath) } catch {
      pass.findings.append(error.finding)
    }
    return pass
  }

  private func perform(_ pass: inout Pass, _ aftermath: Aftermath) throws(CommandFailure) {
    if mode == .run { Interruption.shared.watch() }
    let session = try connection.session(configuration)
    let client = session.makeClient()
    pass.session = session
    let identity = try session.identity(client)
    pass.account = identity.account
    let journal =
      try mode == .run
      ? Journal.open(runId, configuration, session) : Journal.reading(configuration)
    defer { journal.close() }
    let selection = UserSelection(
      asked, configuration: configuration, region: session.region, account: identity.account,
      directory: AWSDirectory(client))
    let chosen = selection.users.filter { !request.sessionsOnly || $0.session != nil }
    let otherRegions = session.otherRegions(configured: configuration.region)
    let context = RunContext(
      runId: runId, host: journal.host, actor: identity.arn, holdsRunLock: mode == .run,
      ownKey: session.ownKey)
    let progress = ProgressLine(total: chosen.count, isWanted: showsProgress)
    let seeds = HostSeeds(environment: ConnectionOptions.environment)
    let hooks = aftermath.asksHooks ? aftermath.hooks : nil
    pass.outcomes = WorkerThreads.map(
      chosen, threads: Self.threads, own: AWSAdapter(client),
      state: { AWSAdapter(session.makeClient()) }
    ) { [otherRegions] user, aws -> UserOutcome? in
      guard Interruption.shared.begin(user.name) else { return nil }
      defer { Interruption.shared.end(user.name) }
      var user = user
      user.otherRegions = otherRegions
      let outcome = work(
        on: user, aws, journal.trail, context, gate: hooks?.gate, seeds)
      progress.finished(user.name)
      return outcome
    }.compactMap { $0 }
    progress.clear()
    pass.contacts = selection.contacts
    pass.users = zip(chosen, pass.outcomes).map { user, outcome in
      // From here on the user has the name that IAM gives it.
      pass.contacts[outcome.user] = selection.contacts[user.name]
      return outcome.managed ?? user
    }
    pass.findings += session.findings + selection.findings
    if let failure = journal.finish() { pass.findings.append(failure) }
    if let finding = interruption(chosen.count - pass.outcomes.count) {
      pass.findings.append(finding)
    }
    if pass.outcomes.isEmpty, pass.findings.isEmpty {
      pass.findings.append(.selection(selection.users.isEmpty ? .nobodySelected : .noSessions))
    }
  }

  private func interruption(_ notBegun: Int) -> Finding? {
    guard let told = Interruption.shared.told else { return nil }
    guard notBegun > 0 || !told.users.isEmpty else { return nil }
    return .host(.interrupted(by: told.signal, during: told.users, notBegun: notBegun))
  }

  private func report(_ pass: Pass) -> Report {
    var report = Report(
      mode: mode, version: Version.current, runId: mode == .run ? runId : nil,
      outcomes: pass.outcomes, findings: pass.findings, detailed: detailedExitCode)
    report.account = pass.account
    report.region = pass.session?.region
    return report
  }

  private func work(
    on user: ManagedUser, _ aws: any AWSPort, _ trail: any AuditTrail, _ context: RunContext,
    gate: RotationGate?, _ seeds: any LocalSeeds
  ) -> UserOutcome {
    let files = DestinationRegistry()
    if let rollback {
      let run = Rollback(
        user: user, aws: aws, files: files, audit: trail, run: context, reason: rollback.reason,
        until: rollback.until)
      return mode == .run ? run.perform() : run.preview()
    }
    let run = UserRun(
      user: user, aws: aws, files: files, audit: trail, run: context, request: request,
      gate: gate, seeds: seeds)
    return mode == .run ? run.perform() : run.preview()
  }
}

/// The audit log and the lock of one run; for a run that changes nothing, neither.
struct Journal {
  let trail: any AuditTrail
  let host: String
  private let lock: RunLock?

  static func open(
    _ runId: String, _ configuration: Configuration, _ session: AWSSession
  ) throws(CommandFailure) -> Journal {
    let path = path(configuration)
    AuditLocation.prepare(path, configuration)
    do throws(AuditFailure) {
      // Makes the directory, which the lock needs. The log itself is read under the lock.
      _ = try AuditFile.openToAppend(path)
      let lock = try RunLock.acquire(
        path: RunLock.path(forLogAt: path), runId: runId, now: session.shared.clock.now(),
        sleep: SystemClock.sleep,
        onWait: { Console.error("rotate: waiting for another run on this host: \($0) [run-waits]") }
      )
      do throws(AuditFailure) {
        return Journal(trail: try AuditLog.open(path: path), host: lock.host, lock: lock)
      } catch {
        lock.release()
        throw error
      }
    } catch { throw CommandFailure(error) }
  }

  private static func path(_ configuration: Configuration) -> String {
    AuditLocation.path(configuration, environment: ConnectionOptions.environment)
  }

  static func reading(_ configuration: Configuration) throws(CommandFailure) -> Journal {
    do throws(AuditFailure) {
      return Journal(
        trail: try AuditLog(storage: AuditMemory()),
        host: RunLock.host(at: RunLock.path(forLogAt: path(configuration))) ?? "", lock: nil)
    } catch { throw CommandFailure(error) }
  }

  /// Makes the last outcomes durable.
  func finish() -> Finding? {
    do throws(AuditFailure) { try trail.sync() } catch { return CommandFailure(error).finding }
    return nil
  }

  func close() { lock?.release() }
}
