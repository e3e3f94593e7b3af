internal import struct FoundationEssentials.Date

/// The copies of the published credential: what they show, what can be written there, and which keys
/// have to stay for their sake.
extension Deliberation {
  // MARK: Types

  /// Never silent: a secret that stands in clear is told even where nothing is due.
  mutating func reportMisfits() {
    for misfit in observation.misfits.reversed() {
      report(.copy(.misfit(misfit, user: observation.user.name)))
    }
  }

  var canCommit: Bool { !observation.misfits.contains(where: \.preventsCommit) }

  /// No new key while a configured place could not be given it. Where consumers have no key that
  /// works, or somebody else has theirs, only `credentials` itself counts.
  func isHeldByMisfits(_ reason: RotationReason) -> Bool {
    reason.isUrgent ? !canCommit : !observation.misfits.isEmpty
  }

  // MARK: Repair

  mutating func repair() {
    // A rotation and an adoption write every projection anyway; a lost secret can't be written.
    let rewrites = steps.contains {
      switch $0.step {
      case .rotate, .adopt: true
      default: false
      }
    }
    let names = observation.drift.filter { !observation.unwritableCopies.contains($0) }
    guard let published, !names.isEmpty, !rewrites, !gone, !lost else { return }
    add(
      .repair(names),
      "\(names.joined(separator: ", ")) \(names.count == 1 ? "doesn't" : "don't") show the "
        + "published key \(published.id)")
  }

  // MARK: Promise 9

  /// A superseded key may still stand in one of the copies: in whichever wasn't given its successor,
  /// and in any while an adoption in the same run has yet to write them.
  private var mayBeShown: Bool {
    !observation.drift.isEmpty
      || observation.hasCopies
        && steps.contains { if case .adopt = $0.step { true } else { false } }
  }

  /// Kept Active (or Inactive, but not deleted: the way back for whoever reads that copy) until each
  /// copy has been given its successor. True: it is held.
  mutating func holdForCopies(_ retired: RetiringKey, _ kept: String) -> Bool {
    if let copy = observation.unseen.first {  // which is told by its own finding
      rows[retired.id] = (
        .retiring, Upcoming(.recheck, at: nil),
        "\(copy.name) can't be read and may still show it: kept \(kept)"
      )
      return true
    }
    guard mayBeShown else { return false }
    rows[retired.id] = (
      .retiring, Upcoming(kept == "Active" ? .deactivate : .delete, at: nil),
      "a copy may still show it: kept \(kept)"
    )
    // What an adoption writes is looked at by the next run.
    guard !observation.drift.isEmpty else { return true }
    findings.append(.copy(.notUpdated(stale, superseded: retired.id, kept: kept)))
    return true
  }

  private var stale: CopyFinding.Stale {
    let drift = observation.drift
    let cause: CopyFinding.Stale.Cause =
      drift.contains(where: observation.refusedCopies.contains)
      ? .refused : drift.contains(where: observation.unwritableCopies.contains) ? .type : .passing
    return CopyFinding.Stale(names: drift, cause: cause, published: published?.id)
  }

  /// `--compromised` waits for no copy; but it says which still show the key.
  mutating func reportLeakedCopies() {
    let leaked = retiring.filter { $0.compromised && key($0.id) != nil }.map(\.id)
    guard !leaked.isEmpty, !observation.drift.isEmpty, !rotates else { return }
    report(.copy(.showsLeakedKey(stale, leaked: leaked)))
  }
}
