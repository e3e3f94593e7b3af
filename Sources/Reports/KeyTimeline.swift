internal import RotationPlanner
package import struct FoundationEssentials.Date

/// One key's life on a time axis: stretches and moments, past and planned. It knows only what the
/// report knows; where a date is missing, nothing is drawn.
package struct KeyTimeline: Sendable, Equatable {
  package enum Stage: String, Sendable, CaseIterable {
    /// Before this program published or superseded it.
    case earlier
    case published
    case grace
    /// Still Active, although the grace period is over.
    case held
    case soak
    /// Not attributed.
    case foreign
  }

  package struct Band: Sendable, Equatable {
    package var stage: Stage
    package var from: Date
    package var to: Date
    package var isPlanned = false
  }

  package enum Event: String, Sendable, CaseIterable {
    case created, published, superseded, deactivated, used, due, overdue, deleted
  }

  package struct Mark: Sendable, Equatable {
    package var event: Event
    package var at: Date
    package var isPlanned = false
  }

  package private(set) var bands: [Band] = []
  /// In the order of time.
  package private(set) var marks: [Mark] = []
  private let now: Date

  package init(_ key: KeyReport, at now: Date) {
    self.now = now
    mark(.created, key.createdAt)
    mark(.published, key.publishedAt)
    mark(.used, key.lastUsed?.at)
    switch key.role {
    case "published": published(key)
    case "retiring": retiring(key)
    default: band(.foreign, key.createdAt, now)
    }
    marks.sort { $0.at < $1.at }
  }

  private mutating func published(_ key: KeyReport) {
    band(.earlier, key.createdAt, key.publishedAt ?? now)
    band(.published, key.publishedAt, now)
    mark(.due, key.dueAt)
    mark(.overdue, key.overdueAt)
    guard key.next?.action == "rotate", let replaced = key.next?.at else { return }
    let since = max(replaced, now)
    band(.published, now, since)
    band(.grace, since, key.graceEndsAt)
    band(.soak, key.graceEndsAt, key.soakEndsAt)
    mark(.deleted, key.soakEndsAt, isPlanned: true)
  }

  private mutating func retiring(_ key: KeyReport) {
    let isActive = key.status == "Active"
    let inactiveSince = isActive ? nil : key.deactivatedAt
    let planned = key.next?.action == "deactivate" ? key.next?.at.map { max($0, now) } : nil
    band(.earlier, key.createdAt, key.supersededAt ?? inactiveSince ?? now)
    mark(.superseded, key.supersededAt)
    let end = inactiveSince ?? (isActive ? planned ?? now : nil)
    if let superseded = key.supersededAt, let graceEnds = key.graceEndsAt {
      band(.grace, superseded, end.map { min($0, graceEnds) })
      band(.held, graceEnds, end)
    } else if isActive {
      // In the plan of a first publication: the key that stands there is going to retire.
      band(.grace, now, planned)
    }
    mark(.deactivated, inactiveSince)
    mark(.deactivated, planned, isPlanned: true)
    band(.soak, inactiveSince ?? planned ?? (isActive ? nil : now), key.soakEndsAt)
    if let soakEnds = key.soakEndsAt, soakEnds < now { band(.soak, soakEnds, now) }
    mark(.deleted, key.soakEndsAt.map { max($0, now) }, isPlanned: true)
  }

  /// What spans the present is cut into what was and what is planned.
  private mutating func band(_ stage: Stage, _ from: Date?, _ to: Date?) {
    guard let from, let to, from < to else { return }
    if from < now { bands.append(Band(stage: stage, from: from, to: min(to, now))) }
    if to > now { bands.append(Band(stage: stage, from: max(from, now), to: to, isPlanned: true)) }
  }

  private mutating func mark(_ event: Event, _ at: Date?, isPlanned: Bool? = nil) {
    guard let at else { return }
    marks.append(Mark(event: event, at: at, isPlanned: isPlanned ?? (at > now)))
  }
}
