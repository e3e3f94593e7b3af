internal import AWSClient
internal import LibCrypto
internal import SecretCoding

internal import struct FoundationEssentials.Date

/// Credentials of `aws login`: the profile's `login_session` names a cached sign-in to the console,
/// which already holds them. With less than five minutes left they are renewed.
struct LoginProvider: CredentialProvider {
  let name = "login"
  let readsOneProfile = true

  func provide(_ world: CredentialsWorld) -> ProviderResult {
    guard let setting = world.profile["login_session"] else {
      return .notConfigured("profile \"\(world.profileName)\" has no login_session")
    }
    do throws(CredentialFailure) {
      let file = LoginTokenFile(session: setting.text ?? "", world.context)
      var token = try file.load()
      if try expiration(token, file).timeIntervalSince(world.context.now()) <= 300 {
        token = try LoginRenewal(file: file, world).renewed(token)
        try file.save(token)
      }
      return .found(try credentials(token, file))
    } catch {
      return .failed(error)
    }
  }

  private func expiration(
    _ token: JSONValue, _ file: LoginTokenFile
  ) throws(CredentialFailure) -> Date {
    guard let written = token["accessToken"]?["expiresAt"]?.string else {
      throw file.failure("has no accessToken with an expiresAt")
    }
    guard let end = Timestamp.parse(written) else {
      throw file.failure(
        "has the expiresAt \"\(Redaction.time(written))\", which is not a time with a zone")
    }
    return end
  }

  private func credentials(
    _ token: JSONValue, _ file: LoginTokenFile
  ) throws(CredentialFailure) -> Credentials {
    let access = token["accessToken"]
    guard let accessKeyId = access?["accessKeyId"]?.string,
      let secret = access?["secretAccessKey"]?.secret,
      let sessionToken = access?["sessionToken"]?.secret
    else { throw file.failure("has an accessToken without a key") }
    return Credentials(
      accessKeyId: accessKeyId, secretAccessKey: secret.bytes.clone(),
      sessionToken: sessionToken.bytes.clone(),
      expiration: try expiration(token, file), source: "\(name) \(file.session)")
  }
}
