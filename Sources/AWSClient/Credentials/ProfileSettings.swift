/// What the environment and the chosen profile say about endpoints, each with SDKs' precedence.
package struct ProfileSettings: Sendable {
  /// The profile that was looked at.
  package var profile: String
  /// `--region`, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's `region`, in this order; nil
  /// when none is set.
  package var region: String?
  /// Where the region comes from, for people.
  package var regionSource: String?
  /// `AWS_CA_BUNDLE` or `ca_bundle`.
  package var caBundle: String?
  /// `AWS_USE_FIPS_ENDPOINT` or `use_fips_endpoint`.
  package var useFIPSEndpoint: Bool
  /// `AWS_USE_DUALSTACK_ENDPOINT` or `use_dualstack_endpoint`.
  package var useDualstackEndpoint: Bool
  /// `AWS_STS_REGIONAL_ENDPOINTS` or `sts_regional_endpoints`: `regional` (the default) or
  /// `legacy`.
  package var stsRegionalEndpoints: String
  /// `AWS_ENDPOINT_URL` and the profile's `endpoint_url`, by the environment first.
  private var endpointURLs: (environment: String?, profile: String?)
  /// The same for single services, by their names in lower case: `iam`, `sts`, `ssm`.
  private var serviceEndpointURLs: (environment: [String: String], profile: [String: String])

  /// Reads them. The services section that a profile names must exist.
  package init(_ world: CredentialsWorld) throws(CredentialFailure) {
    let settings = world.profile
    func value(_ variable: String, _ setting: String) -> String? {
      world.environment(variable) ?? settings[setting]?.text.flatMap { $0.isEmpty ? nil : $0 }
    }
    func flag(_ variable: String, _ setting: String) -> Bool {
      value(variable, setting)?.lowercased() == "true"
    }
    profile = world.profileName
    (region, regionSource) = Self.region(world) ?? (nil, nil)
    caBundle = value("AWS_CA_BUNDLE", "ca_bundle")
    useFIPSEndpoint = flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")
    useDualstackEndpoint = flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")
    stsRegionalEndpoints =
      value("AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints")?.lowercased() ?? "regional"
    guard !flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") else {
      endpointURLs = (nil, nil)
      serviceEndpointURLs = ([:], [:])
      return
    }
    endpointURLs = (world.environment("AWS_ENDPOINT_URL"), settings["endpoint_url"]?.text)
    serviceEndpointURLs = (Self.serviceVariables(world), try Self.servicesSection(world))
  }

  /// The configured endpoint of a service (`iam`, `sts`, `ssm`): from the service's own variable,
  /// `AWS_ENDPOINT_URL`, the profile's services section, the profile's `endpoint_url`; nil when
  /// AWS's own is to be used.
  package func endpointURL(of service: String) -> String? {
    let candidates = [
      serviceEndpointURLs.environment[service], endpointURLs.environment,
      serviceEndpointURLs.profile[service], endpointURLs.profile,
    ]
    return candidates.lazy.compactMap { $0 }.first { !$0.isEmpty }
  }

  private static func region(_ world: CredentialsWorld) -> (String, String)? {
    if let region = world.context.region, !region.isEmpty { return (region, "--region") }
    for variable in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
      if let region = world.environment(variable) { return (region, variable) }
    }
    guard let setting = world.profile["region"], let region = setting.text, !region.isEmpty else {
      return nil
    }
    return (region, setting.place)
  }

  /// `AWS_ENDPOINT_URL_SSM` and its like.
  private static func serviceVariables(_ world: CredentialsWorld) -> [String: String] {
    let prefix = "AWS_ENDPOINT_URL_"
    return world.context.environment.reduce(into: [:]) { result, variable in
      guard variable.key.hasPrefix(prefix), !variable.value.isEmpty else { return }
      result[variable.key.dropFirst(prefix.count).lowercased()] = variable.value
    }
  }

  private static func servicesSection(
    _ world: CredentialsWorld
  ) throws(CredentialFailure) -> [String: String] {
    guard let setting = world.profile["services"] else { return [:] }
    guard let section = setting.text.flatMap({ world.configuration.services[$0] }) else {
      throw CredentialFailure(
        .settingInvalid, source: "profile",
        "\(setting.place): there is no section [services \(setting.text ?? "")]",
        remedy: "Write that section into \(world.configuration.configFile.path), or remove the"
          + " setting.")
    }
    return section.compactMapValues { $0.nested?["endpoint_url"] }
  }
}
