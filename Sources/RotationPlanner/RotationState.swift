package import struct FoundationEssentials.Date

/// The key that consumers read from Parameter Store now.
package struct PublishedKey: Hashable, Sendable {
  package var id: AccessKeyID
  package var createdAt: Date
  package var publishedAt: Date
  /// The version of the parameter `credentials` that holds it.
  package var credentialsVersion: Int
  /// When that version was written, by AWS's clock, in whole seconds; nil in an older record.
  package var credentialsAt: Date?
  /// When this program last signed a proof with it. STS counts that as a use of the key.
  package var provenAt: Date?
  /// Somebody ordered that it be replaced as compromised, and that has not happened yet.
  package var compromised: Bool

  package init(
    id: AccessKeyID, createdAt: Date, publishedAt: Date, credentialsVersion: Int,
    credentialsAt: Date? = nil, provenAt: Date? = nil, compromised: Bool = false
  ) {
    self.id = id
    self.createdAt = createdAt
    self.publishedAt = publishedAt
    self.credentialsVersion = credentialsVersion
    self.credentialsAt = credentialsAt
    self.provenAt = provenAt
    self.compromised = compromised
  }
}

/// A key that was superseded: Active during the grace period, then Inactive during the soak.
package struct RetiringKey: Hashable, Sendable {
  package var id: AccessKeyID
  package var supersededAt: Date
  /// Nil while it is Active, or where nobody recorded when it became Inactive.
  package var deactivatedAt: Date?
  /// When this program last signed a proof with it.
  package var provenAt: Date?
  /// It was replaced as compromised: no grace, and no rollback to it.
  package var compromised: Bool

  package init(
    id: AccessKeyID, supersededAt: Date, deactivatedAt: Date? = nil, provenAt: Date? = nil,
    compromised: Bool = false
  ) {
    self.id = id
    self.supersededAt = supersededAt
    self.deactivatedAt = deactivatedAt
    self.provenAt = provenAt
    self.compromised = compromised
  }
}

/// What the record says about one user when no run is in flight.
package struct RotationState: Hashable, Sendable {
  package var user: String
  /// IAM's own id of the user, `AIDA…`: a user made again under the same name has another.
  package var userId: String
  /// The twelve digits of the account.
  package var account: String
  /// Counts publications.
  package var generation: Int
  package var published: PublishedKey?
  package var retiring: [RetiringKey]
  /// Only for users with MFA sessions.
  package var session: SessionState?
  /// Nil: nobody has paused the rotations. It may be over.
  package var pause: Pause?
  /// What outlives the last key that was replaced as compromised; nil: nothing is known to.
  package var leak: Leak?

  package init(
    user: String, userId: String, account: String, generation: Int = 0,
    published: PublishedKey? = nil, retiring: [RetiringKey] = [], session: SessionState? = nil,
    pause: Pause? = nil, leak: Leak? = nil
  ) {
    self.user = user
    self.userId = userId
    self.account = account
    self.generation = generation
    self.published = published
    self.retiring = retiring
    self.session = session
    self.pause = pause
    self.leak = leak
  }

  /// What may be taken from a record that isn't this program's word: nothing that says of any key
  /// what it is. A pause is kept, since it can only keep rotations from happening; and whose the
  /// session is, which can only keep a key Active until there is another session.
  package var withoutClaims: RotationState {
    var state = self
    (state.published, state.retiring, state.leak) = (nil, [], nil)
    state.session = state.session.map {
      SessionState(accessKeyId: $0.accessKeyId, expiresAt: $0.expiresAt)
    }
    state.pause?.rollbackTo = nil
    return state
  }
}

extension RotationState {
  /// By IAM's own id. The name says nothing: a user can be renamed, and another can get its name.
  func belongs(to user: ObservedUser) -> Bool {
    userId == user.userId && account == user.account
  }
}
