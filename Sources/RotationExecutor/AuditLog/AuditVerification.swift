/// What a check of the whole log found.
package struct AuditVerification: Sendable, Equatable {
  /// The first line that is not as it was written.
  package struct Defect: Sendable, Equatable {
    package enum Code: String, Sendable {
      /// No JSON, or not an entry's keys.
      case notAnEntry
      /// An entry whose bytes were changed.
      case hashMismatch
      /// Entries before it are missing, or it stands there twice.
      case sequenceGap
      /// It follows another entry than the one before it.
      case chainBroken
      /// The file begins in the middle of a chain, and not as log rotation leaves it.
      case noBeginning
      /// A torn write that the entry after it doesn't account for.
      case unsealedTear
      /// A seal that doesn't fit what it seals: the torn bytes were changed or removed.
      case wrongSeal
    }

    package var code: Code
    package var path: String
    /// Counted from 1.
    package var line: Int
    package var problem: String
  }

  /// What a crash has just left at the end; the next run's first entry seals it.
  package struct UnsealedTear: Sendable, Equatable {
    package var path: String
    package var line: Int
    package var bytes: Int
  }

  /// Whole entries, up to the first defect.
  package var entries = 0
  /// The first entry's number: more than 1 where the log goes on from a file that wasn't given.
  package var firstSequence: Int?
  package var head = AuditHead.genesis
  package var sealedTears = 0
  /// Doesn't make the log defective: a crash does this, and no entry that a run relied on is in it.
  /// Or a run is writing at this very moment.
  package var unsealedTear: UnsealedTear?
  package var defect: Defect?
  /// For each anchor that was asked for, in that order.
  package var anchors: [AuditAnchor.Finding] = []

  /// The chain holds. Whether it is all there, the anchors tell.
  package var isIntact: Bool { defect == nil }

  /// Intact, and no anchor says that something was cut off or rewritten.
  package var isTrustworthy: Bool {
    isIntact && anchors.allSatisfy { $0 != .missing && $0 != .differs }
  }
}
