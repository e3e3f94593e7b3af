package import struct FoundationEssentials.Date

/// The dates of one key's life. Those that lie behind are IAM's and the record's; those that lie
/// ahead follow from the plan and the policy. What isn't known is nil: nothing here is guessed.
package struct KeyDates: Sendable, Hashable {
  /// When this program made the key the published one.
  package var publishedAt: Date?
  /// When another key took its place: the grace period starts.
  package var supersededAt: Date?
  /// When it became Inactive: the soak starts.
  package var deactivatedAt: Date?
  /// IAM's word on the last use, where this plan needed it.
  package var lastUsed: AccessKeyLastUsed?

  /// By the policy, a published key is replaced from then on.
  package var dueAt: Date?
  /// By the policy, a published key is too old from then on.
  package var overdueAt: Date?
  /// A superseded key stays Active at least until then. Of a published key: where it is replaced
  /// at the time that is planned.
  package var graceEndsAt: Date?
  /// The key is deleted from then on: at the earliest, while it isn't Inactive yet.
  package var soakEndsAt: Date?

  package init() {}
}

extension Deliberation {
  /// The dates of a key, by the record as it stands now and what the plan means to do next.
  func dates(of key: AccessKey, role: KeyRole, next: Upcoming?) -> KeyDates {
    var dates = KeyDates()
    if case .known(let use) = observation.lastUsed[key.id], use.at != nil { dates.lastUsed = use }
    recordedDates(of: key, into: &dates)
    switch role {
    case .published: planned(published: key, next, into: &dates)
    case .retiring: planned(retiring: key, next, into: &dates)
    case .orphan, .foreign, .unknown: break
    }
    return dates
  }

  private func recordedDates(of key: AccessKey, into dates: inout KeyDates) {
    // A record of another user, or of this one's predecessor, says nothing about this user's keys.
    guard let state = observation.believed, state.belongs(to: observation.user) else { return }
    if let published = state.published, published.id == key.id {
      dates.publishedAt = published.publishedAt
    } else if let retired = state.retiring.first(where: { $0.id == key.id }) {
      dates.supersededAt = retired.supersededAt
      dates.deactivatedAt = retired.deactivatedAt
    }
  }

  private func planned(published key: AccessKey, _ next: Upcoming?, into dates: inout KeyDates) {
    dates.dueAt = key.createdAt.over(policy.rotateEvery)
    dates.overdueAt = key.createdAt.over(policy.maxKeyAge)
    guard let next, next.action == .rotate, let at = next.at else { return }
    let graceEnds = at.over(policy.gracePeriod)
    dates.graceEndsAt = graceEnds
    dates.soakEndsAt = graceEnds.over(policy.soakPeriod)
  }

  private func planned(retiring key: AccessKey, _ next: Upcoming?, into dates: inout KeyDates) {
    dates.graceEndsAt = dates.supersededAt.map { $0.over(policy.gracePeriod) }
    if key.status != .active, let since = dates.deactivatedAt {
      dates.soakEndsAt = since.over(policy.soakPeriod)
    } else if let next, let at = next.at {
      switch next.action {
      case .deactivate: dates.soakEndsAt = at.over(policy.soakPeriod)
      case .delete: dates.soakEndsAt = at
      case .rotate, .recheck: break
      }
    }
  }
}
