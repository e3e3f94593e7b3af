internal import Configuration
internal import AWSClient
internal import AWSPrimitives
internal import ArgumentParser
internal import Destinations
internal import LibCrypto
internal import RotationExecutor
internal import RotationPlanner

/// `rotate mfa enroll`.
struct Enrollment {
  let name: String
  let dryRun: Bool
  let connection: ConnectionOptions
  let configuration: Configuration

  func present() throws {
    let finding: Finding?
    do throws(CommandFailure) { finding = try perform() } catch { throw error.shown() }
    guard let finding else { return }
    Console.error("rotate: \(finding.message) [\(finding.code)]")
    if let remedy = finding.remedy { Console.error("what to do: \(remedy)") }
    throw ExitCode(finding.severity == .act ? 2 : 1)
  }

  /// What keeps the device from being enrolled; nil where it is.
  private func perform() throws(CommandFailure) -> Finding? {
    if !dryRun { Interruption.shared.watch() }
    let session = try connection.session(configuration)
    let client = session.makeClient()
    let identity = try session.identity(client)
    let user = try managed(session, client, identity)
    guard let settings = user.session, case .parameter(let seed) = settings.seed,
      let device = MFADeviceName(settings.mfaSerial), device.account == identity.account
    else { return notConfigured(user, identity) }
    let runId = SecureRandom.id()
    let journal =
      try dryRun
      ? Journal.reading(configuration) : Journal.open(runId, configuration, session)
    defer { journal.close() }
    let aws = AWSAdapter(client)
    func run(_ id: String) -> UserRun {
      UserRun(
        user: user, aws: aws, files: DestinationRegistry(), audit: journal.trail,
        run: RunContext(
          runId: id, host: journal.host, actor: identity.arn, holdsRunLock: !dryRun),
        request: PlanRequest(sessionsOnly: true),
        seeds: HostSeeds(environment: ConnectionOptions.environment))
    }
    let plan: EnrollmentPlan
    switch run(runId).planEnrollment(aws) {
    case .failure(let failed): return failed.finding
    case .success(let found): plan = found
    }
    if case .blocked(let finding) = plan { return finding }
    guard let due = plan.inWords else {
      Console.out("\(settings.mfaSerial) is enrolled already; its seed is in \(seed)\n")
      return nil
    }
    if dryRun {
      Console.out("due: \(due): \(settings.mfaSerial), seed in \(seed)\nnothing was changed\n")
      return nil
    }
    guard Interruption.shared.begin(user.name) else { return nil }
    defer { Interruption.shared.end(user.name) }
    // Each is a run of its own, with an intent and a state.
    if plan == .announce, let failed = run(runId).announceEnrollment(aws) { return failed.finding }
    if let failed = run(SecureRandom.id()).completeEnrollment(aws) { return failed.finding }
    if let failure = journal.finish() { return failure }
    Console.out(
      "enrolled: \(settings.mfaSerial) is enabled for \(user.name); its seed is in \(seed)\n"
        + "`rotate sessions --user \(user.name)` makes the first session\n")
    return nil
  }

  private func managed(
    _ session: AWSSession, _ client: ServiceClient, _ identity: STS.CallerIdentity
  ) throws(CommandFailure) -> ManagedUser {
    let selection = UserSelection(
      [name], configuration: configuration, region: session.region, account: identity.account,
      directory: AWSDirectory(client))
    guard var user = selection.users.first else {
      guard let finding = selection.findings.first else {
        throw CommandFailure(.selection(.unknown(name)))
      }
      throw CommandFailure(finding)
    }
    user.otherRegions = session.otherRegions(configured: configuration.region)
    return user
  }

  /// With what is to be put into the configuration.
  private func notConfigured(_ user: ManagedUser, _ identity: STS.CallerIdentity) -> Finding {
    let partition = ARN(identity.arn)?.partition ?? "aws"
    return .enrollment(
      .deviceNotOfAccount(user: user.name, account: identity.account, partition: partition))
  }
}
