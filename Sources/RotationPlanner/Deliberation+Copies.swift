internal import struct FoundationEssentials.Date

/// The copies of the published credential: what they show, what can be written there, and which keys
/// have to stay for their sake.
extension Deliberation {
  // MARK: Types

  /// Never silent: a secret that stands in clear is told even where nothing is due.
  mutating func reportMisfits() {
    for misfit in observation.misfits.reversed() {
      report(misfit.finding(user: observation.user.name))
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
    let severity = severityOfDrift
    findings.append(
      Finding(
        code: "copy-not-updated", severity,
        "the superseded key \(retired.id) stays \(kept): \(copies) not been given "
          + "\(published?.id.description ?? "its successor"), so builds that read "
          + "\(observation.drift.count == 1 ? "it" : "them") may still use the superseded key"
          + (severity == .failed ? ". The last write was refused" : ""),
        remedy: severity == .notice
          ? "nothing: a run writes it, and a run after that goes on with the retirement"
          : "remove the cause, which the failed write or the type names: each run tries again, and "
            + "goes on with the retirement after it. A copy that no build reads any more: take it "
            + "out of the configuration"))
    return true
  }

  /// What the next repair mends by itself is nobody's trouble.
  private var severityOfDrift: Finding.Severity {
    if observation.drift.contains(where: observation.refusedCopies.contains) { return .failed }
    return observation.drift.contains(where: observation.unwritableCopies.contains) ? .act : .notice
  }

  /// `--compromised` waits for no copy; but it says which still show the key.
  mutating func reportLeakedCopies() {
    let leaked = retiring.filter { $0.compromised && key($0.id) != nil }.map(\.id.description)
    guard !leaked.isEmpty, !observation.drift.isEmpty, !rotates else { return }
    let one = observation.drift.count == 1
    report(
      Finding(
        code: "copy-shows-leaked-key", severityOfDrift,
        "\(copies) not been given \(published?.id.description ?? "a new key") and may still show "
          + "the leaked key \(leaked.joined(separator: " and ")): builds that read "
          + "\(one ? "it" : "them") fail",
        remedy: "have those builds read `credentials`, or remove the cause of the failed write: "
          + "each run tries again"))
  }

  private var copies: String {
    observation.drift.joined(separator: ", ") + (observation.drift.count == 1 ? " has" : " have")
  }
}
