package import AWSClient

/// The search for credentials, in the order of `ProviderRegistry`.
///
/// A source that isn't configured is passed over. One that is configured and broken ends the
/// search: the next one may well be somebody else's identity.
package struct CredentialChain: Sendable {
  /// What the search came to.
  package struct Resolution: Sendable {
    package var credentials: Credentials
    /// The name of the provider that had them.
    package var provider: String
    /// What was passed over before it, in order.
    package var tried: [Attempt]
    /// Looks again where they were found.
    package var renew: @Sendable () -> Result<Credentials, CredentialFailure>

    package init(
      credentials: Credentials, provider: String, tried: [Attempt],
      renew: @escaping @Sendable () -> Result<Credentials, CredentialFailure>
    ) {
      self.credentials = credentials
      self.provider = provider
      self.tried = tried
      self.renew = renew
    }
  }

  private var world: CredentialsWorld

  package init(
    _ world: CredentialsWorld, providers: [any CredentialProvider] = ProviderRegistry.standard
  ) {
    self.world = world
    self.world.providers = providers
  }

  package func resolve() throws(CredentialFailure) -> Resolution {
    var tried: [Attempt] = []
    // `AWS_PROFILE` puts none aside.
    let isExplicit = world.context.profile != nil
    for provider in world.providers where !(isExplicit && provider.yieldsToProfile) {
      do throws(CredentialFailure) {
        switch provider.search(world) {
        case .notConfigured(let reason):
          tried.append(Attempt(source: provider.name, reason: reason))
        case .found(let credentials):
          return Resolution(
            credentials: try Self.checked(credentials, provider.name, world.context),
            provider: provider.name, tried: tried,
            renew: { [world] in Self.renew(by: provider, world) })
        case .failed(let failure): throw failure
        }
      } catch {
        var failure = error
        failure.tried = tried
        throw failure
      }
    }
    var failure = CredentialFailure(
      .noCredentials, source: "credentials", "no source of AWS credentials is configured",
      remedy: "Give the host a role, or name a profile by --profile or AWS_PROFILE.")
    failure.tried = tried
    throw failure
  }

  /// The configuration is that of the start: the source that was chosen then is asked again.
  private static func renew(
    by provider: any CredentialProvider, _ world: CredentialsWorld
  ) -> Result<Credentials, CredentialFailure> {
    do throws(CredentialFailure) {
      switch provider.search(world) {
      case .found(let credentials):
        return .success(try checked(credentials, provider.name, world.context))
      case .failed(let failure): throw failure
      case .notConfigured(let reason):
        throw CredentialFailure(
          .credentialsExpired, source: provider.name, "it has no credentials any more: \(reason)",
          remedy: "Run `rotate whoami` to see what is found now.")
      }
    } catch {
      return .failure(error)
    }
  }

  /// Expired ones are found out here, before AWS says something less clear.
  private static func checked(
    _ credentials: Credentials, _ provider: String, _ context: ProviderContext
  ) throws(CredentialFailure) -> Credentials {
    guard let expiration = credentials.expiration, expiration <= context.now() else {
      return credentials
    }
    throw CredentialFailure(
      .credentialsExpired, source: provider,
      "the credentials of \(credentials.source) ended at \(Timestamp.format(expiration))",
      remedy: "Renew them where they come from, and see that this host's clock is right.")
  }
}
