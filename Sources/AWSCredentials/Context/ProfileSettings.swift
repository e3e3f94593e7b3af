internal import AWSClient

/// What the chosen profile says beyond credentials: the region, and the settings that endpoints
/// are made of.
package struct ProfileSettings: Sendable {
  /// The profile that was looked at.
  package var profile: String
  /// `--region`, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's `region`, in this order; nil
  /// when none is set.
  package var region: String?
  /// Where the region comes from, for people.
  package var regionSource: String?
  /// The profile's settings of one value: `endpoint_url`, `use_fips_endpoint`, `ca_bundle`…
  /// Without secrets.
  package var settings: [String: String]
  /// The section that the profile names by `services`: the settings of each service, by the
  /// service's name in lower case.
  package var services: [String: [String: String]]

  /// Reads them. The services section that a profile names must exist.
  init(
    _ profile: String, _ configuration: SharedConfiguration, _ context: ProviderContext
  ) throws(CredentialFailure) {
    let written = configuration.profiles[profile] ?? [:]
    self.profile = profile
    (region, regionSource) = Self.region(written, context) ?? (nil, nil)
    settings = written.compactMapValues(\.text)
    services = try Self.services(written, configuration)
  }

  /// `url` is `--endpoint-url`.
  func endpoints(url: String?, environment: [String: String]) -> EndpointSettings {
    EndpointSettings(
      endpointURL: url, environment: environment, profile: settings, services: services)
  }

  private static func region(
    _ written: [String: Setting], _ context: ProviderContext
  ) -> (String, String)? {
    if let region = context.region?.trimmingBlanks, !region.isEmpty { return (region, "--region") }
    for variable in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
      if let region = context.variable(variable) { return (region.trimmingBlanks, variable) }
    }
    guard let setting = written["region"], let region = setting.text, !region.isEmpty else {
      return nil
    }
    return (region, setting.place)
  }

  private static func services(
    _ written: [String: Setting], _ configuration: SharedConfiguration
  ) throws(CredentialFailure) -> [String: [String: String]] {
    guard let setting = written["services"] else { return [:] }
    guard let section = setting.text.flatMap({ configuration.services[$0] }) else {
      throw CredentialFailure(
        .settingInvalid, source: "profile",
        "\(setting.place): there is no section [services \(setting.text ?? "")]",
        remedy: "Write that section into \(configuration.configFile.path), or remove the"
          + " setting.")
    }
    return section.compactMapValues(\.nested)
  }
}
