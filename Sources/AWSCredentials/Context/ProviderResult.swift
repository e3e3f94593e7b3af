package import AWSClient

/// What one source of credentials answers.
package enum ProviderResult: Sendable {
  /// These are the credentials. The search ends.
  case found(Credentials)
  /// The source isn't in use here: the search goes on. The reason is shown by `rotate whoami`.
  case notConfigured(String)
  /// The source is in use, and something is wrong with it. The search ends: going on would sign
  /// with an identity that nobody chose.
  case failed(CredentialFailure)
}
