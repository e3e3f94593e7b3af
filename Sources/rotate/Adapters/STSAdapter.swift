internal import AWSClient
internal import LibCrypto

/// Binds the credential chain's wish for STS to the client, which is itself made with credentials.
struct STSAdapter: STSPort {
  /// Nil while the profile isn't read yet.
  let makeClient: @Sendable () -> ServiceClient?

  func assumeRole(
    _ request: AssumeRoleRequest, signedBy credentials: Credentials
  ) throws(STSPortFailure) -> Credentials {
    try run(
      Call(
        STS.assumeRole(
          roleArn: request.roleArn, roleSessionName: request.roleSessionName,
          externalId: request.externalId, serialNumber: request.serialNumber,
          tokenCode: request.tokenCode, durationSeconds: request.durationSeconds,
          source: request.source),
        credentials: credentials))
  }

  func assumeRoleWithWebIdentity(
    _ request: AssumeRoleRequest, token: String
  ) throws(STSPortFailure) -> Credentials {
    try run(
      Call(
        STS.assumeRoleWithWebIdentity(
          roleArn: request.roleArn, roleSessionName: request.roleSessionName,
          webIdentityToken: SharedSecret(SecretBytes(copying: token)),
          durationSeconds: request.durationSeconds, source: request.source)))
  }

  private func run(_ call: Call<Credentials>) throws(STSPortFailure) -> Credentials {
    guard let client = makeClient() else { throw STSPortFailure(message: "it is too early") }
    do throws(AWSFailure) {
      return try client.run(call).output
    } catch {
      throw STSPortFailure(code: error.code, message: error.message)
    }
  }
}
