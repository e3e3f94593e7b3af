internal import AWSClient

/// One source of credentials. It reaches the world only through what it is given, and says by itself
/// what the search has to know of it; `ProviderRegistry` lists them all.
package protocol CredentialProvider: Sendable {
  /// The source's name, for people: `environment`, `instance metadata`.
  var name: String { get }
  /// Whether an explicit `--profile` puts it aside.
  var yieldsToProfile: Bool { get }
  /// Whether it looks at one profile alone: so a role's `source_profile` is searched by it, too.
  var readsOneProfile: Bool { get }
  /// What a role's `credential_source` calls it; nil where it can't be named there.
  var credentialSource: String? { get }
  /// Looks once. Called again, it looks again: that is how credentials are renewed.
  func provide(_ world: CredentialsWorld) -> ProviderResult
}

extension CredentialProvider {
  package var yieldsToProfile: Bool { false }
  package var readsOneProfile: Bool { false }
  package var credentialSource: String? { nil }

  /// What `provide` says, after a look at what it found: a line end within a key would become part
  /// of a header, and be told as anything but that.
  func search(_ world: CredentialsWorld) -> ProviderResult {
    let result = provide(world)
    guard case .found(let credentials) = result, let fault = credentials.fault else {
      return result
    }
    return .failed(
      failure(
        .settingInvalid,
        (credentials.source == name ? "" : "\(credentials.source): ") + fault,
        remedy: "Set it again, on one line, with nothing else in the value."))
  }

  /// A failure of this source.
  func failure(
    _ code: CredentialFailure.Code, _ message: String, remedy: String
  ) -> CredentialFailure {
    CredentialFailure(code, source: name, message, remedy: remedy)
  }
}
