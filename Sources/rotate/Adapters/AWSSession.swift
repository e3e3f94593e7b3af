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
  }

  let region: String
  let regionSource: String
  let credentials: CredentialsProvider
  let shared: ServiceClient.Shared
  private let endpoints: EndpointSettings
  private let transport: TransportSettings

  init(
    _ options: Options, environment: [String: String], logger: Logger
  ) throws(CommandFailure) {
    let shared = ServiceClient.Shared(
      clock: SystemClock.awsClock(), random: { Double.random(in: 0...1) },
      sleep: SystemClock.sleep, logger: logger)
    self.shared = shared
    do throws(CredentialFailure) {
      var context = ProviderContext.system(
        environment: environment, profile: options.profile, region: options.region,
        transport: { CurlTransport(settings: TransportSettings(environment: environment)) },
        sts: STSAdapter { nil })
      let world = try CredentialsWorld(context)
      let profile = try ProfileSettings(world)
      let transport = TransportSettings(environment: environment, caBundle: profile.caBundle)
      let endpoints = Self.endpoints(profile, options.endpointURL)
      context.transport = { CurlTransport(settings: transport) }
      let stsRegion = profile.region
      context.sts = STSAdapter {
        ServiceClient(
          transport: CurlTransport(settings: transport), credentials: { throw NoCredentials() },
          region: stsRegion ?? "us-east-1", endpoints: endpoints, shared: shared)
      }
      self.transport = transport
      self.endpoints = endpoints
      credentials = CredentialsProvider(
        try CredentialChain(context).resolve(), now: context.now)
      if let region = profile.region {
        self.region = region
        regionSource = options.regionSource ?? profile.regionSource ?? "the profile"
      } else if let region = try InstanceRegion.find(CredentialsWorld(context)) {
        self.region = region
        regionSource = "the EC2 instance"
      } else {
        throw CredentialFailure(
          .settingInvalid, source: "region", "no region is set",
          remedy: "Give one by --region, AWS_REGION, `region` in the configuration or the profile.")
      }
    } catch {
      throw CommandFailure(error)
    }
  }

  private struct NoCredentials: Error {}

  private static func endpoints(_ profile: ProfileSettings, _ url: String?) -> EndpointSettings {
    var settings = EndpointSettings(
      url: url, useFIPS: profile.useFIPSEndpoint, useDualStack: profile.useDualstackEndpoint,
      usesLegacyGlobalSTS: profile.stsRegionalEndpoints == "legacy")
    guard url == nil else { return settings }
    for service in Service.allCases {
      settings.serviceURLs[service] = profile.endpointURL(of: service.rawValue)
    }
    return settings
  }

  /// A client for the calling thread.
  func makeClient() -> ServiceClient {
    ServiceClient(
      transport: CurlTransport(settings: transport),
      credentials: { [credentials] in try credentials.current() }, region: region,
      endpoints: endpoints, shared: shared)
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
