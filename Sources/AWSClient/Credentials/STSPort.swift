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

/// The parameters of AssumeRole and AssumeRoleWithWebIdentity, by their names in the API.
package struct AssumeRoleRequest: Sendable, Equatable {
  package var roleArn: String
  package var roleSessionName: String
  package var externalId: String?
  package var serialNumber: String?
  package var tokenCode: String?
  /// In seconds; nil leaves it to STS (one hour).
  package var durationSeconds: Int?
  /// `Credentials.source` of what comes back.
  package var source: String

  package init(
    roleArn: String, roleSessionName: String, externalId: String? = nil,
    serialNumber: String? = nil, tokenCode: String? = nil, durationSeconds: Int? = nil,
    source: String
  ) {
    self.roleArn = roleArn
    self.roleSessionName = roleSessionName
    self.externalId = externalId
    self.serialNumber = serialNumber
    self.tokenCode = tokenCode
    self.durationSeconds = durationSeconds
    self.source = source
  }
}

/// Why STS gave no credentials.
package struct STSPortFailure: Error, Sendable, Equatable {
  /// AWS's error code, `AccessDenied`; nil when no answer came.
  package var code: String?
  package var message: String

  package init(code: String? = nil, message: String) {
    self.code = code
    self.message = message
  }
}
