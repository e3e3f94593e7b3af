/// A key in the profile's section of `~/.aws/config` (`AWS_CONFIG_FILE`).
struct ConfigFileProvider: CredentialProvider {
  let name = "config file"
  let readsOneProfile = true

  func provide(_ world: CredentialsWorld) -> ProviderResult {
    let configuration = world.configuration
    return provide(
      world.profileName, of: configuration.configProfiles, in: configuration.configFile)
  }
}
