internal import AWSClient
internal import Host
internal import LibCrypto

/// A role that is assumed with a token of an OpenID Connect provider (an EKS pod, a CI job):
/// `web_identity_token_file` and `role_arn` of the profile, or `AWS_WEB_IDENTITY_TOKEN_FILE`,
/// `AWS_ROLE_ARN` and `AWS_ROLE_SESSION_NAME`, which count for more.
struct WebIdentityProvider: CredentialProvider {
  let name = "web identity"
  let readsOneProfile = true

  func provide(_ world: CredentialsWorld) -> ProviderResult {
    func value(_ variable: String, _ setting: String) -> String? {
      let variable = world.mayUseEnvironment ? world.environment(variable) : nil
      return variable ?? world.profile[setting]?.text.flatMap { $0.isEmpty ? nil : $0 }
    }
    guard let path = value("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else {
      return .notConfigured(
        "neither AWS_WEB_IDENTITY_TOKEN_FILE nor the profile's web_identity_token_file is set")
    }
    guard let roleArn = value("AWS_ROLE_ARN", "role_arn") else {
      return .failed(
        failure(
          .settingInvalid, "there is a token file (\(path)) and no role to use it for",
          remedy: "Set AWS_ROLE_ARN, or role_arn in the profile."))
    }
    let sessionName =
      value("AWS_ROLE_SESSION_NAME", "role_session_name")
      ?? AssumeRoleSettings.sessionName(world.context.now())
    let request = AssumeRoleRequest(
      roleArn: roleArn, roleSessionName: sessionName, source: "\(name) \(roleArn)")
    do throws(CredentialFailure) {
      return .found(try assume(request, tokenAt: path, world))
    } catch {
      return .failed(error)
    }
  }

  private func assume(
    _ request: AssumeRoleRequest, tokenAt path: String, _ world: CredentialsWorld
  ) throws(CredentialFailure) -> Credentials {
    let token: SharedSecret
    do throws(FileFailure) {
      // Read anew each time: whoever made the token replaces it before it ends.
      token = SharedSecret(try world.context.files.read(path, limit: 64 << 10))
    } catch {
      throw failure(
        .fileUnreadable, "\(path), the web identity token: \(error.reason)",
        remedy: "See who writes the token, and that this program's user may read it.")
    }
    do throws(STSPortFailure) {
      return try world.sts.assumeRoleWithWebIdentity(request, token: token)
    } catch {
      throw failure(
        .webIdentityFailed,
        "AssumeRoleWithWebIdentity of \(request.roleArn):"
          + " \(error.code.map { "\($0): " } ?? "")\(error.message)",
        remedy: "Look at the role's trust policy (provider, audience, subject) and the token's end."
      )
    }
  }
}
