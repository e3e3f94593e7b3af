/// One source of credentials. It reaches the world only through what it is given.
package protocol CredentialProvider: Sendable {
  /// The source's name, for people: `environment`, `instance metadata`.
  var name: String { get }
  /// Looks once. Called again, it looks again: that is how credentials are renewed.
  func provide(_ world: CredentialsWorld) -> ProviderResult
}

extension CredentialProvider {
  /// A failure of this source.
  func failure(
    _ code: CredentialFailure.Code, _ message: String, remedy: String
  ) -> CredentialFailure {
    CredentialFailure(code, source: name, message, remedy: remedy)
  }
}
