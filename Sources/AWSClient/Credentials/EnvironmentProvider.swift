internal import LibCrypto

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for temporary credentials,
/// `AWS_SESSION_TOKEN` and `AWS_CREDENTIAL_EXPIRATION`. Blank variables count as not set.
struct EnvironmentProvider: CredentialProvider {
  let name = "environment"

  func provide(_ world: CredentialsWorld) -> ProviderResult {
    guard let accessKeyId = world.environment("AWS_ACCESS_KEY_ID") else {
      return .notConfigured("AWS_ACCESS_KEY_ID is not set")
    }
    guard let secret = world.environment("AWS_SECRET_ACCESS_KEY") else {
      return .failed(
        failure(
          .credentialsPartial, "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not",
          remedy: "Set both, or neither."))
    }
    let written = world.environment("AWS_CREDENTIAL_EXPIRATION")
    let expiration = written.flatMap(Timestamp.parse)
    if written != nil && expiration == nil {
      return .failed(
        failure(
          .settingInvalid, "AWS_CREDENTIAL_EXPIRATION is not a time",
          remedy: "Write it as 2030-01-31T23:59:59Z."))
    }
    // The older name first, as botocore looks.
    let token = world.environment("AWS_SECURITY_TOKEN") ?? world.environment("AWS_SESSION_TOKEN")
    return .found(
      Credentials(
        accessKeyId: accessKeyId, secretAccessKey: SecretBytes(copying: secret),
        sessionToken: token.map { SecretBytes(copying: $0) }, expiration: expiration, source: name))
  }
}
