internal import AWSClient
internal import LibCrypto

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for temporary credentials,
/// `AWS_SESSION_TOKEN` and `AWS_CREDENTIAL_EXPIRATION`. Blank variables count as not set, and white
/// space at the ends is no part of a value: `$(cat key)` of a file from Windows ends in one.
struct EnvironmentProvider: CredentialProvider {
  let name = "environment"
  let yieldsToProfile = true
  let credentialSource: String? = "Environment"

  func provide(_ world: CredentialsWorld) -> ProviderResult {
    func value(_ name: String) -> String? { world.environment(name)?.trimmingBlanks }
    guard let accessKeyId = value("AWS_ACCESS_KEY_ID") else {
      return .notConfigured("AWS_ACCESS_KEY_ID is not set")
    }
    guard let secret = value("AWS_SECRET_ACCESS_KEY") else {
      return .failed(
        failure(
          .credentialsPartial, "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not",
          remedy: "Set both, or neither."))
    }
    let written = value("AWS_CREDENTIAL_EXPIRATION")
    let expiration = written.flatMap(Timestamp.parse)
    if let written, expiration == nil {
      return .failed(
        failure(
          .settingInvalid,
          "AWS_CREDENTIAL_EXPIRATION is \"\(Redaction.time(written))\", not a time with a zone",
          remedy: "Write it as 2030-01-31T23:59:59Z."))
    }
    // The older name first, as botocore looks.
    let token = value("AWS_SECURITY_TOKEN") ?? value("AWS_SESSION_TOKEN")
    return .found(
      Credentials(
        accessKeyId: accessKeyId, secretAccessKey: SecretBytes(copying: secret),
        sessionToken: token.map { SecretBytes(copying: $0) }, expiration: expiration, source: name))
  }
}
