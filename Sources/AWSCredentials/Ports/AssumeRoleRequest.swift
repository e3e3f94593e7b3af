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
