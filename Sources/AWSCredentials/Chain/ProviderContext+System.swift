package import AWSClient
internal import Glibc
internal import Host
internal import struct FoundationEssentials.Date

extension ProviderContext {
  /// The host itself. `shared` is the run's: STS is called by the same clock and retry budget.
  package static func system(
    environment: [String: String], profile: String? = nil, region: String? = nil,
    endpointURL: String? = nil, shared: ServiceClient.Shared,
    mfaCode: MFACodeSource? = nil
  ) -> ProviderContext {
    let transport: @Sendable (ProfileSettings) -> any HTTPTransport = { settings in
      CurlTransport(
        settings: TransportSettings(
          environment: environment, caBundle: settings.settings["ca_bundle"]))
    }
    return ProviderContext(
      environment: environment, profile: profile, region: region, endpointURL: endpointURL,
      homeDirectory: homeDirectory, files: SystemFiles(), processes: SystemProcesses(),
      now: { Date() }, sleep: shared.sleep, transport: transport,
      sts: { settings in
        ServiceClientSTS(
          region: settings.region,
          endpoints: settings.endpoints(url: endpointURL, environment: environment),
          shared: shared, transport: { transport(settings) })
      }, mfaCode: mfaCode)
  }

  /// By the user database.
  private static func homeDirectory(_ user: String?) -> String? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16 << 10)
    let status =
      if let user {
        getpwnam_r(user, &entry, &buffer, buffer.count, &found)
      } else {
        getpwuid_r(getuid(), &entry, &buffer, buffer.count, &found)
      }
    guard status == 0, found != nil, let home = entry.pw_dir else { return nil }
    return String(cString: home)
  }
}
