internal import Configuration
internal import AWSCredentials
internal import AWSClient
internal import Logging
internal import RotationPlanner

/// What all threads of one run have in common: whose calls these are, where they go, and the time.
final class AWSSession: Sendable {
  /// From the command line and the configuration.
  struct Options: Sendable {
    var profile: String?
    var region: String?
    /// Where `region` was written.
    var regionSource: String?
    var endpointURL: String?
    /// How often calls may be tried again, over the whole run.
    var retries = RetryBudget.capacity
    var mfa = MFACodes.Options()
    /// For what STS alone can answer: its global endpoint stands in where no region is set.
    var worksWithoutRegion = false
  }

  let region: String
  let regionSource: String
  let credentials: CredentialsProvider
  let shared: ServiceClient.Shared
  private let world: CredentialsWorld
  private let filesRead: FilesRead

  init(
    _ options: Options, environment: [String: String], logger: Logger
  ) throws(CommandFailure) {
    do throws(CredentialFailure) {
      var search = try CallerSearch(options, environment: environment, logger: logger)
      (region, regionSource) = try Self.region(options, search.world)
      search.world = search.world.inRegion(region)
      credentials = try search.resolve()
      (shared, world, filesRead) = (search.shared, search.world, search.filesRead)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// What stands for no region: the partition's endpoints, as botocore takes them.
  static let noRegion = "aws-global"

  private static func region(
    _ options: Options, _ world: CredentialsWorld
  ) throws(CredentialFailure) -> (String, String) {
    if let region = world.settings.region {
      return (region, options.regionSource ?? world.settings.regionSource ?? "the profile")
    }
    if let region = try InstanceRegion.find(world) { return (region, "the EC2 instance") }
    let hasVariant = world.endpoints.useFIPS || world.endpoints.useDualStack
    if options.worksWithoutRegion, !hasVariant { return (noRegion, "none is set") }
    throw CredentialFailure(
      .settingInvalid, source: "region", "no region is set",
      remedy: "Give one by --region, AWS_REGION, `region` in the configuration or the profile.")
  }

  /// The regions that the configuration, the environment and the profile name besides the one that
  /// is used.
  func otherRegions(configured: String?) -> [String] {
    let variables = ["AWS_REGION", "AWS_DEFAULT_REGION"].map {
      world.context.variable($0)?.trimmingBlanks
    }
    let named = [configured] + variables + [world.settings.settings["region"]]
    return Set(named.compactMap { $0 }).subtracting([region, ""]).sorted()
  }

  /// The key that signs. One without an end is read once, so it stays the same for the whole run.
  var ownKey: AccessKeyID { AccessKeyID(credentials.resolution.credentials.accessKeyId) }

  /// A client for the calling thread, for what must not hold anything up: one retry in all, and
  /// short limits, so that all of its calls together take about `limit`.
  func makeHastyClient(within limit: Duration) -> ServiceClient {
    var shared = shared
    shared.budget = RetryBudget(tokens: RetryBudget.retryCost)
    return ServiceClient(
      transport: world.context.transport(world.settings),
      credentials: { [credentials] in try credentials.current() }, region: region,
      endpoints: world.endpoints, shared: shared,
      timeouts: .init(connect: limit / 3, total: limit / 3), callLimit: limit)
  }

  /// What others could change of that by which the credentials were found.
  var findings: [Finding] { filesRead.findings }

  /// A client for the calling thread.
  func makeClient(timeouts: HTTPRequest.Timeouts = .init()) -> ServiceClient {
    ServiceClient(
      transport: world.context.transport(world.settings),
      credentials: { [credentials] in try credentials.current() }, region: region,
      endpoints: world.endpoints, shared: shared, timeouts: timeouts)
  }
}

extension AWSSession {
  /// Who acts. It also tells the time, and whether the credentials work at all.
  func identity(_ client: ServiceClient) throws(CommandFailure) -> STS.CallerIdentity {
    do throws(AWSFailure) { return try client.run(STS.getCallerIdentity()).output } catch {
      throw CommandFailure(error)
    }
  }
}
