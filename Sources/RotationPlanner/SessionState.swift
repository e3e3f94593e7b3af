package import struct FoundationEssentials.Date

/// What the record says of the temporary credentials that stand in the parameter `session`.
/// Nothing of it is secret.
package struct SessionState: Hashable, Sendable {
  /// The key that they were made with; nil before the first session, or where it is unknown
  /// what stands in the parameter.
  package var accessKeyId: AccessKeyID?
  /// The version of the parameter that holds them.
  package var version: Int?
  package var expiresAt: Date?
  /// The number of the 30 seconds' step whose code was sent last: AWS takes each code once.
  package var lastStep: Int?
  /// The MFA device that is being enrolled: made by this program, and not enabled yet.
  package var enrolling: String?

  package init(
    accessKeyId: AccessKeyID? = nil, version: Int? = nil, expiresAt: Date? = nil,
    lastStep: Int? = nil, enrolling: String? = nil
  ) {
    self.accessKeyId = accessKeyId
    self.version = version
    self.expiresAt = expiresAt
    self.lastStep = lastStep
    self.enrolling = enrolling
  }
}

/// Why a session is made.
package enum SessionReason: String, Sendable, Hashable {
  case first
  case keyChanged
  case endsSoon
  case gone
  case rewritten
  /// The sessions before it are about to be revoked.
  case revocation
}

/// How the session stands, for the report.
package struct SessionPlan: Sendable, Equatable {
  /// Nil where none is published, or nobody knows.
  package var expiresAt: Date?
  /// When it is due to be renewed.
  package var renewAt: Date?

  package init(expiresAt: Date?, renewAt: Date?) {
    self.expiresAt = expiresAt
    self.renewAt = renewAt
  }
}
