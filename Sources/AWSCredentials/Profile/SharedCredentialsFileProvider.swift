/// A key in the profile's section of `~/.aws/credentials` (`AWS_SHARED_CREDENTIALS_FILE`).
struct SharedCredentialsFileProvider: CredentialProvider {
  let name = "credentials file"
  let readsOneProfile = true

  func provide(_ world: CredentialsWorld) -> ProviderResult {
    let configuration = world.configuration
    return provide(
      world.profileName, of: configuration.credentialsProfiles, in: configuration.credentialsFile)
  }
}

extension CredentialProvider {
  /// A key that stands in a profile of one of the two files.
  func provide(
    _ profile: String, of profiles: [String: [String: Setting]], in file: SharedConfiguration.File
  ) -> ProviderResult {
    guard file.exists else { return .notConfigured("\(file.path) does not exist") }
    guard let settings = profiles[profile] else {
      return .notConfigured("\(file.path) has no profile \"\(profile)\"")
    }
    do throws(CredentialFailure) {
      let source = "profile \"\(profile)\" (\(file.path))"
      guard let found = try StaticCredentials.read(settings, source: source) else {
        return .notConfigured("profile \"\(profile)\" of \(file.path) has no aws_access_key_id")
      }
      return .found(found)
    } catch {
      return .failed(error)
    }
  }
}
