internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// Why a user's run goes no further.
struct Halt: Error {
  /// What becomes of the lease.
  enum Afterwards {
    /// All is accounted for: the state is written, the lease given back.
    case giveBack
    /// Something is unresolved: the intent stays, and the next run recovers from it.
    case leave
    /// A key may or may not have been created: look again after the time to settle, and start over.
    case again(settlesFrom: Date)
    /// What was tried is known to be of no use: look again at once, and leave it out.
    case leaveOut
  }

  var finding: Finding
  var afterwards: Afterwards

  init(_ finding: Finding, _ afterwards: Afterwards = .giveBack) {
    self.finding = finding
    self.afterwards = afterwards
  }

  /// A call that failed, in words.
  init(_ failure: CallFailure, _ afterwards: Afterwards = .giveBack, remedy: String? = nil) {
    self.init(Finding(failure, remedy: remedy), failure.fenced ? .leave : afterwards)
  }

  /// Somebody told the program to end. What was begun is accounted for like anything else.
  static func interrupted(_ afterwards: Afterwards = .giveBack) -> Halt {
    Halt(
      Finding(
        code: "interrupted", .failed, "the run was told to end; what is left was not begun",
        remedy: "nothing is lost: the next run goes on from here"),
      afterwards)
  }

  init(_ failure: AuditFailure) {
    self.init(
      Finding(
        code: "audit-log", .failed, "\(failure.path): \(failure.problem)",
        remedy: failure.advice + " Nothing is changed in AWS while the audit log can't be written."),
      .leave)
  }
}

extension Finding {
  init(_ failure: CallFailure, remedy: String? = nil) {
    if failure.fenced {
      self.init(
        code: "lease-nearly-over", .failed,
        "\(failure.operation) was not sent: this run has held the lease for too long",
        remedy: "nothing: the next run finishes what this one began")
    } else {
      self.init(
        code: "call-failed", .failed,
        "\(failure.operation): \(failure.message)"
          + (failure.requestId.map { " (request \($0))" } ?? ""),
        remedy: remedy ?? "nothing else was changed; the next run tries again")
    }
  }
}

extension Finding {
  /// A local file that could not be read or written.
  init(_ failure: ProjectionFailure, of file: FileProjection) {
    self.init(
      code: "projection-file", .failed, "\(file.path): \(failure.message)",
      remedy: "the next run tries again")
  }
}
