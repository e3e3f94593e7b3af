internal import Reports
internal import Configuration
internal import AWSClient
internal import ArgumentParser
internal import Glibc
internal import RotationExecutor
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// What follows a run: hooks, then people, then whatever watches. The keys' leases and the run's
/// lock are given back by then, and nothing here can undo or hold up what was done.
struct Aftermath {
  let mode: Report.Mode
  let configuration: Configuration
  let environment: [String: String]
  let runId: String
  /// With a dry run: have the hooks exercised, too.
  let runsHooks: Bool
  let verbose: Bool
  let hooks: HookRunner
  private let refusals: [Refusal]
  private let began = ContinuousClock.now

  /// Looks at what the configuration promises of this host. What is required and isn't there ends
  /// the program here, with 78, before any call to AWS. `isPartial`: not all users are looked at.
  /// `isContainment`: a key is in wrong hands, or breaks builds. That doesn't wait for what is missing.
  init(
    _ mode: Report.Mode, _ configuration: Configuration, environment: [String: String],
    runId: String, isPartial: Bool, isContainment: Bool, runsHooks: Bool, verbose: Bool
  ) throws {
    self.mode = mode
    self.configuration = configuration
    self.environment = environment
    self.runId = runId
    self.runsHooks = runsHooks
    self.verbose = verbose
    let refusals = Preflight.refusals(configuration, environment: environment)
      .map { isContainment ? $0.notInTheWay : $0 }
    self.refusals = refusals
    let refused = Set(refusals.map(\.part))
    hooks = HookRunner(
      configuration.hooks.mapValues { $0.filter { !refused.contains(.hook($0.program.path)) } },
      runId: runId, region: configuration.region, isDryRun: mode != .run)
    let required = refusals.filter(\.isRequired)
    guard required.isEmpty || mode == .status || isContainment else {
      refuse(required.map(\.finding), isPartial)
      throw ExitCode(78)
    }
  }

  /// A run that doesn't begin is one of those that people must be told of.
  private func refuse(_ findings: [Finding], _ isPartial: Bool) {
    var pass = Pass()
    pass.isPartial = isPartial
    pass.findings = findings
    if mode == .run {
      _ = tell(&pass, Date())
      beat(&pass, isWell: false)
    }
    for finding in pass.findings { Console.error("\(finding.message) [\(finding.code)]") }
    Console.error("A part that is marked as required is missing, so nothing was sent to AWS.")
  }

  var asksHooks: Bool { mode == .run || runsHooks }

  /// Adds what came of it to the pass, and hands back the report.
  func conclude(_ pass: inout Pass, report: (Pass) -> Report) -> Report {
    pass.findings += refusals.map(\.finding)
    if asksHooks { pass.findings += runHooks(pass) }
    let now = pass.session?.shared.clock.now() ?? Date()
    let deliveries = tell(&pass, now)
    if mode == .run {
      writeMetrics(&pass, report(pass), deliveries, now)
      beat(&pass, isWell: report(pass).exitCode == 0)
    }
    let final = report(pass)
    if mode == .run, JournalSocket.isConnected(environment) {
      JournalSocket.send(JournalEntry.all(of: final))
    }
    return final
  }

  private func isRefused(_ part: Refusal.Part) -> Bool { refusals.contains { $0.part == part } }

  private func beat(_ pass: inout Pass, isWell: Bool) {
    guard let settings = configuration.heartbeat, !pass.isPartial, !isRefused(.heartbeat) else {
      return
    }
    let heartbeat = Heartbeat(settings: settings, environment: environment, session: pass.session)
    if let finding = heartbeat.beat(isWell: isWell) { pass.findings.append(finding) }
  }

  // MARK: Hooks

  private func runHooks(_ pass: Pass) -> [Finding] {
    var calls: [HookCall] = []
    for outcome in pass.outcomes {
      guard let user = pass.users.first(where: { $0.name == outcome.user }) else { continue }
      if mode == .run {
        calls += HookCall.after(outcome, user)
      } else {
        calls += (outcome.plan?.steps ?? []).compactMap {
          HookCall.after(UserOutcome.DoneStep(planned: $0, result: .done), user)
        }
      }
    }
    if mode == .run {
      calls += pass.findings.filter { $0.severity == .failed }.map { HookCall.failure($0, nil) }
    }
    return calls.flatMap { hooks.run($0) }
  }

  // MARK: People

  private func tell(_ pass: inout Pass, _ now: Date) -> [Delivery] {
    let settings = configuration.notify
    guard !settings.channels.isEmpty, mode == .run || verbose else { return [] }
    let announcer = Announcer(
      settings: settings,
      channels: settings.channels.filter { !isRefused(.channel($0.name)) },
      environment: environment, session: pass.session)
    let notices = notices(pass)
    var memory = NoticeMemory.read(memoryFile)
    let agenda = announcer.agenda(
      notices, contacts: pass.contacts, standard: configuration.defaults.contact, memory: memory,
      at: now)
    guard mode == .run else {
      for (channel, notices) in agenda {
        for notice in notices { Console.error("would tell \(channel.name): \(notice.title)") }
      }
      return []
    }
    let deliveries = announcer.tell(
      agenda,
      as: Bulletin(
        notices: [], runId: runId, host: Self.host, account: pass.account, at: now))
    for (delivery, item) in zip(deliveries, agenda) {
      if delivery.failure == nil {
        memory.told(item.notices, item.channel.name, at: now)
      } else {
        memory.missed(item.notices, item.channel.name)
      }
    }
    pass.findings += deliveries.compactMap(\.finding)
    if let finding = remember(&memory, notices, pass) { pass.findings.append(finding) }
    return deliveries
  }

  private func notices(_ pass: Pass) -> [Notice] {
    let collector = NoticeCollector(warnBefore: configuration.notify.warnBefore)
    return pass.outcomes.flatMap { outcome in
      collector.notices(
        outcome, maxKeyAge: pass.users.first { $0.name == outcome.user }?.policy.maxKeyAge,
        owner: pass.contacts[outcome.user]?.owner)
    } + collector.notices(pass.findings)
  }

  private func remember(_ memory: inout NoticeMemory, _ notices: [Notice], _ pass: Pass)
    -> Finding?
  {
    // A user whom nobody could look at, or whose planning was stopped, tells nothing of what was
    // there before.
    let seen = Set(
      pass.outcomes.filter { ($0.plan.map { !$0.isStopped } ?? false) }.map(\.user))
    memory.forget(except: Set(notices.compactMap(\.topic))) { user in
      user.isEmpty ? !pass.isPartial : seen.contains(user)
    }
    memory.keep(only: configuration.notify.channels.map(\.name))
    return memory.write(memoryFile).map { fault in
      .monitoring(.notifyMemory(file: memoryFile, why: fault))
    }
  }

  private var memoryFile: String {
    AuditLocation.memory(configuration, environment: environment)
  }

  static var host: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  // MARK: Metrics

  private func writeMetrics(
    _ pass: inout Pass, _ report: Report, _ deliveries: [Delivery], _ now: Date
  ) {
    guard let settings = configuration.metrics, !isRefused(.metrics) else { return }
    let run = RunMetrics(
      pass: pass, report: report, now: now, duration: ContinuousClock.now - began,
      deliveries: deliveries, hookFailures: hooks.failures)
    let path = settings.textfile.value
    guard
      let fault = MetricsFile.write(
        run.updated(MetricsFile.read(path), configuration), to: path)
    else { return }
    pass.findings.append(
      .monitoring(
        .metricsFailed(file: path, why: fault, isRequired: settings.isRequired)))
  }
}
