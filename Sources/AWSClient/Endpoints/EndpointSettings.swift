/// What decides where requests go, apart from service and region.
package struct EndpointSettings: Sendable, Equatable {
  /// For every service: the command line's `--endpoint-url`, `AWS_ENDPOINT_URL` or the profile's.
  package var url: String?
  /// For one service; it wins over `url`.
  package var serviceURLs: [Service: String]
  package var useFIPS: Bool
  package var useDualStack: Bool
  /// `AWS_STS_REGIONAL_ENDPOINTS=legacy`: the older regions share `sts.amazonaws.com`.
  package var usesLegacyGlobalSTS: Bool

  package init(
    url: String? = nil, serviceURLs: [Service: String] = [:], useFIPS: Bool = false,
    useDualStack: Bool = false, usesLegacyGlobalSTS: Bool = false
  ) {
    self.url = url
    self.serviceURLs = serviceURLs
    self.useFIPS = useFIPS
    self.useDualStack = useDualStack
    self.usesLegacyGlobalSTS = usesLegacyGlobalSTS
  }

  /// The settings of an SDK: the command line, then the environment, then the profile.
  ///
  /// `profile` holds the profile's own settings by name, and `services` its `services` section:
  /// the settings of each service, by the service's name in lower case.
  package init(
    endpointURL: String? = nil, environment: [String: String], profile: [String: String] = [:],
    services: [String: [String: String]] = [:]
  ) {
    // What holds nothing but white space is not set, and white space at the ends is no part of it.
    func filled(_ text: String?) -> String? {
      text.map(\.trimmingBlanks).flatMap { $0.isEmpty ? nil : $0 }
    }
    func value(_ name: String) -> String? {
      filled(environment["AWS_\(name.uppercased())"]) ?? filled(profile[name])
    }
    func isTrue(_ name: String) -> Bool { value(name)?.lowercased() == "true" }
    self.init(
      url: endpointURL, useFIPS: isTrue("use_fips_endpoint"),
      useDualStack: isTrue("use_dualstack_endpoint"),
      usesLegacyGlobalSTS: value("sts_regional_endpoints")?.lowercased() == "legacy")
    guard endpointURL == nil, !isTrue("ignore_configured_endpoint_urls") else { return }
    url = value("endpoint_url")
    let fromEnvironment = filled(environment["AWS_ENDPOINT_URL"]) != nil
    for service in Service.allCases {
      let own = filled(environment["AWS_ENDPOINT_URL_\(service.settingName)"])
      // The environment as a whole comes before the profile as a whole.
      let configured =
        fromEnvironment ? nil : services[service.settingName.lowercased()]?["endpoint_url"]
      serviceURLs[service] = own ?? filled(configured)
    }
  }
}
