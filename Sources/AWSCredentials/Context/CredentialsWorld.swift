package import AWSClient

/// What a provider sees: the world outside, and the configuration that was read from it.
package struct CredentialsWorld: Sendable {
  package var context: ProviderContext
  /// Those of the search, in its order: a role's source is one of them.
  var providers: [any CredentialProvider] = []
  package let configuration: SharedConfiguration
  /// The chosen profile's region and what its endpoints are made of.
  package private(set) var settings: ProfileSettings
  /// The profile that is looked at: the chosen one, or a `source_profile` of it.
  package private(set) var profileName: String
  /// Whether the environment may stand in for settings of the profile (web identity). False under
  /// an explicit `--profile` and for a `source_profile`.
  private(set) var mayUseEnvironment: Bool

  /// Reads the files and chooses the profile: `--profile`, `AWS_DEFAULT_PROFILE`, `AWS_PROFILE`,
  /// or else `default`. One that was chosen must exist.
  package init(_ context: ProviderContext) throws(CredentialFailure) {
    let chosen =
      context.profile ?? context.variable("AWS_DEFAULT_PROFILE") ?? context.variable("AWS_PROFILE")
    let configuration = try SharedConfiguration.load(context)
    if let chosen, configuration.profiles[chosen] == nil {
      throw CredentialFailure(
        .profileNotFound, source: "profile",
        "there is no profile \"\(chosen)\" in \(configuration.configFile.path) or"
          + " \(configuration.credentialsFile.path)",
        remedy: "The profiles are: \(configuration.profileNames).")
    }
    self.context = context
    self.configuration = configuration
    profileName = chosen ?? "default"
    mayUseEnvironment = context.profile == nil
    settings = try ProfileSettings(profileName, configuration, context)
  }

  /// The profile's settings from both files; empty when there is no such profile.
  var profile: [String: Setting] { configuration.profiles[profileName] ?? [:] }

  /// An environment variable; a blank one counts as not set.
  func environment(_ name: String) -> String? {
    context.variable(name)
  }

  func transport() -> any HTTPTransport { context.transport(settings) }

  var sts: any STSPort { context.sts(settings) }

  /// Where the run's own requests go: `--endpoint-url`, the environment, the profile.
  package var endpoints: EndpointSettings {
    settings.endpoints(url: context.endpointURL, environment: context.environment)
  }

  /// Where the search's own unsigned requests go. `--endpoint-url` is for the run's.
  var ownEndpoints: EndpointSettings {
    settings.endpoints(url: nil, environment: context.environment)
  }

  /// The same world in the run's region, where none was configured.
  package func inRegion(_ region: String) -> CredentialsWorld {
    var world = self
    world.settings.region = settings.region ?? region
    return world
  }

  /// The same world, seen by a `source_profile`.
  func looking(at profileName: String) -> CredentialsWorld {
    var world = self
    world.profileName = profileName
    world.mayUseEnvironment = false
    return world
  }
}
