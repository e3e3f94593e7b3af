package import struct FoundationEssentials.Date

/// What outlives a key that was replaced as compromised: the sessions that were made with it.
package struct Leak: Hashable, Sendable {
  package var id: AccessKeyID
  /// Since when the key has been Inactive; nil: it isn't yet.
  package var containedAt: Date?
  /// Somebody ordered that its sessions be revoked.
  package var revokes: Bool
  /// A policy on the user denies whatever was issued before this moment; nil: this program has put
  /// none there.
  package var revokedBefore: Date?

  package init(
    id: AccessKeyID, containedAt: Date? = nil, revokes: Bool = false, revokedBefore: Date? = nil
  ) {
    self.id = id
    self.containedAt = containedAt
    self.revokes = revokes
    self.revokedBefore = revokedBefore
  }

  /// The longest that GetSessionToken and GetFederationToken make a session for.
  /// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
  package static let longestSession = Duration.hours(36)

  /// The policy denies all that was made with the key before that was Inactive.
  package var isRevoked: Bool {
    guard let containedAt, let revokedBefore else { return false }
    return revokedBefore >= containedAt
  }

  /// When the last of the sessions has ended, and the policy denies nothing any more; nil while the
  /// key can make others.
  package var endsAt: Date? {
    containedAt.map { max($0, revokedBefore ?? $0).over(Self.longestSession) }
  }
}
