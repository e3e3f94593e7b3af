/// The periods that govern one user's keys. All are zero or more.
package struct Policy: Hashable, Sendable {
  /// The published key is replaced when it is this old.
  package var rotateEvery: Duration
  /// A superseded key stays Active for at least this long, so that a build that read it finishes.
  package var gracePeriod: Duration
  /// A key used within this time counts as in use and isn't deactivated.
  package var quietPeriod: Duration
  /// A key is Inactive for at least this long before it is deleted.
  package var soakPeriod: Duration
  /// A published key older than this is overdue, and somebody has to act.
  package var maxKeyAge: Duration
  /// How long a change in IAM may take to show up in its lists.
  package var settle: Duration
  /// How long an MFA session is made for; nil for a user without sessions.
  package var session: Duration?

  package init(
    rotateEvery: Duration = .days(90), gracePeriod: Duration = .hours(24),
    quietPeriod: Duration = .hours(24), soakPeriod: Duration = .days(7),
    maxKeyAge: Duration = .days(100), settle: Duration = .seconds(30)
  ) {
    self.rotateEvery = rotateEvery
    self.gracePeriod = gracePeriod
    self.quietPeriod = quietPeriod
    self.soakPeriod = soakPeriod
    self.maxKeyAge = maxKeyAge
    self.settle = settle
  }
}
