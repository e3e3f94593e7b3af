internal import AWSCredentials
internal import AWSClient
internal import Logging
internal import RotationPlanner

/// The search for whose calls these are. It needs no region, and asks nobody for one, unless a
/// source of credentials does.
struct CallerSearch: Sendable {
  let shared: ServiceClient.Shared
  let filesRead: FilesRead
  var world: CredentialsWorld
  private let mfa: MFACodes.Options

  init(
    _ options: AWSSession.Options, environment: [String: String], logger: Logger
  ) throws(CredentialFailure) {
    shared = ServiceClient.Shared(
      clock: SystemClock.awsClock(), budget: RetryBudget(retries: options.retries),
      random: { Double.random(in: 0...1) },
      sleep: SystemClock.sleep, logger: logger)
    var context = ProviderContext.system(
      environment: environment, profile: options.profile, region: options.region,
      endpointURL: options.endpointURL, shared: shared)
    filesRead = FilesRead(context.files, context.processes)
    (context.files, context.processes) = (filesRead, filesRead)
    world = try CredentialsWorld(context)
    mfa = options.mfa
  }

  func resolve() throws(CredentialFailure) -> CredentialsProvider {
    var world = world
    let codes = MFACodes(
      mfa, seeds: HostSeeds(environment: world.context.environment), shared: shared,
      parameter: world.reader(shared))
    world.context.mfaCode = { request throws(CredentialFailure) in try codes.code(request) }
    return CredentialsProvider(try CredentialChain(world).resolve(), now: world.context.now)
  }
}

extension CredentialsWorld {
  /// Reads a parameter before the run has credentials: signed by those that ask for a role.
  fileprivate func reader(
    _ shared: ServiceClient.Shared
  ) -> @Sendable (String, Credentials) throws(AWSFailure) -> SSM.Parameter {
    { [self] name, credentials throws(AWSFailure) in
      func failure(_ message: String) -> AWSFailure {
        AWSFailure(
          .misconfigured, execution: .notExecuted, service: .ssm, operation: "GetParameter",
          region: settings.region ?? "", message: message)
      }
      guard let region = settings.region ?? InstanceRegion.findAny(self) else {
        throw failure("no region is configured; set --region, AWS_REGION or the profile's region")
      }
      let client = ServiceClient(
        transport: context.transport(settings), credentials: { credentials }, region: region,
        endpoints: endpoints, shared: shared)
      let read: AWSClient.Operation<SSM.Parameter>
      do throws(CodecFailure) {
        read = try SSM.getParameter(name: name, withDecryption: true)
      } catch { throw failure(error.message) }
      return try client.run(read).output
    }
  }
}
