package import AWSClient
package import LibCrypto

/// STS as the chain calls it: with credentials that are not the run's yet.
package struct ServiceClientSTS: STSPort {
  private let region: String?
  private let endpoints: EndpointSettings
  private let shared: ServiceClient.Shared
  private let transport: @Sendable () -> any HTTPTransport

  /// `region` is nil where none is configured: then the global endpoint is asked, as botocore does.
  package init(
    region: String?, endpoints: EndpointSettings, shared: ServiceClient.Shared,
    transport: @escaping @Sendable () -> any HTTPTransport
  ) {
    self.region = region
    self.endpoints = endpoints
    self.shared = shared
    self.transport = transport
  }

  package func assumeRole(
    _ request: AssumeRoleRequest, signedBy credentials: Credentials
  ) throws(STSPortFailure) -> Credentials {
    let operation = STS.assumeRole(
      roleArn: request.roleArn, roleSessionName: request.roleSessionName,
      externalId: request.externalId, serialNumber: request.serialNumber,
      tokenCode: request.tokenCode, durationSeconds: request.durationSeconds,
      source: request.source)
    return try run(Call(operation, credentials: credentials))
  }

  package func assumeRoleWithWebIdentity(
    _ request: AssumeRoleRequest, token: SharedSecret
  ) throws(STSPortFailure) -> Credentials {
    let operation = STS.assumeRoleWithWebIdentity(
      roleArn: request.roleArn, roleSessionName: request.roleSessionName,
      webIdentityToken: token, durationSeconds: request.durationSeconds, source: request.source)
    return try run(Call(operation))
  }

  private func run(_ call: Call<Credentials>) throws(STSPortFailure) -> Credentials {
    let noRegion = STSPortFailure(
      message: "no region is configured; set --region, AWS_REGION or the profile's region")
    // The global endpoint has no variants.
    guard region != nil || !endpoints.useFIPS && !endpoints.useDualStack else { throw noRegion }
    let client = ServiceClient(
      transport: transport(), credentials: { throw noRegion }, region: region ?? "aws-global",
      endpoints: endpoints, shared: shared)
    do throws(AWSFailure) {
      return try client.run(call).output
    } catch {
      throw STSPortFailure(code: error.code, message: error.message)
    }
  }
}
