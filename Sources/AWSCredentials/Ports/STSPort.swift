package import AWSClient
package import LibCrypto

/// The two STS operations that credentials can come from.
///
/// A port, since the clients of AWS's services are themselves made with credentials.
package protocol STSPort: Sendable {
  func assumeRole(
    _ request: AssumeRoleRequest, signedBy credentials: Credentials
  ) throws(STSPortFailure) -> Credentials

  /// Sent unsigned: the token is the proof.
  func assumeRoleWithWebIdentity(
    _ request: AssumeRoleRequest, token: SharedSecret
  ) throws(STSPortFailure) -> Credentials
}
