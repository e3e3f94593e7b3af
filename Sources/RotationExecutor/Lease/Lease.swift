package import RotationPlanner
package import struct FoundationEssentials.Date

/// The right to change one user's keys, taken by putting an intent into the record.
package struct Lease: Sendable, Equatable {
  /// How long a holder may take, by the record's own times.
  package static let duration = Duration.seconds(30 * 60)
  /// How much of it must be left when a change is signed.
  package static let margin = Duration.seconds(16 * 60)

  /// The time of the intent's version, by Parameter Store's clock.
  package var takenAt: Date
  /// What earlier runs left, or this one's own creation whose reply was lost.
  package var left: Unfinished?
  /// Whether an earlier run, or this one's own creation whose reply was lost, left anything.
  package var isRecovery: Bool
  /// From when on the time to settle counts.
  package var settlesFrom: Date
  /// The keys that existed when the first of the open intents was put.
  package var knownKeyIds: Set<AccessKeyID>

  package var end: Date { takenAt + Self.duration }
  package var fence: Fence {
    Fence(lastSigning: takenAt + (Self.duration - Self.margin))
  }
}
