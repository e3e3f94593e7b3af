internal import FoundationEssentials
internal import LibCrypto

/// A role of IAM Identity Center (SSO): a cached sign-in is exchanged for the role's credentials.
///
/// See "IAM Identity Center credential provider" in the AWS SDKs and Tools reference guide.
struct SSOProvider: CredentialProvider {
  static let providerName = "SSO"
  let name = providerName
  let readsOneProfile = true

  func provide(_ world: CredentialsWorld) -> ProviderResult {
    do throws(CredentialFailure) {
      guard let settings = try SSOSettings(world) else {
        return .notConfigured("profile \"\(world.profileName)\" has no sso_role_name")
      }
      let portal = SSOPortal(settings, world)
      return .found(
        try portal.roleCredentials(accessToken: try accessToken(settings, portal, world)))
    } catch {
      return .failed(error)
    }
  }

  /// The cached token. With less than 15 minutes left it is renewed, where it can be.
  private func accessToken(
    _ settings: SSOSettings, _ portal: SSOPortal, _ world: CredentialsWorld
  ) throws(CredentialFailure) -> SharedSecret {
    var token = try SSOToken.load(settings, world)
    if settings.sessionName != nil, left(token, world) < RenewalWindow.advisory,
      let renewed = try portal.renew(token)
    {
      token = renewed
      try token.save(settings, world)
    }
    guard left(token, world) > 0, let accessToken = token[.accessToken] else {
      throw SSOToken.failure(
        "\(SSOToken.path(settings)), the cached sign-in, ended at \(token.expiresAt ?? "?")",
        settings)
    }
    return accessToken
  }

  private func left(_ token: SSOToken, _ world: CredentialsWorld) -> Double {
    token.expiration?.timeIntervalSince(world.context.now()) ?? 0
  }
}
