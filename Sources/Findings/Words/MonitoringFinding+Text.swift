extension MonitoringFinding {
  var text: FindingText {
    switch self {
    case .refused(let part, let place, let fault, let requirement):
      FindingText(
        part.refused, requirement == .requiredButPassedOver ? .failed : .act,
        "\(place): \(fault)", remedy: requirement.words)

    case .notifyFailed(let channel, let why, let isRequired):
      FindingText(
        .notifyFailed, isRequired ? .failed : .notice,
        "the channel \(channel) could not be told: \(why)",
        remedy: """
          `rotate notify --test --channel \(channel)` tries it; the next run tells it what it missed
          """)

    case .notifyMemory(let file, let why):
      FindingText(
        .notifyMemory, .notice, "\(file) can't be written: \(why)",
        remedy: "until it can, every run tells again what goes on")

    case .heartbeatFailed(let why, let isFailing, let isRequired):
      FindingText(
        .heartbeatFailed, isRequired ? .failed : .notice, "the heartbeat was not taken: \(why)",
        remedy: """
          whoever waits for it raises the alarm by itself; see whether its URL is right\
          \(isFailing
            ? ", and whether the service wants another after a failed run (`failUrl`)" : "")
          """)

    case .metricsFailed(let file, let why, let isRequired):
      FindingText(
        .metricsFailed, isRequired ? .failed : .notice,
        "the metrics can't be written to \(file): \(why)",
        remedy: "see who may write there, and whether the disk is full")

    case .hookVetoed(let program, let status, let said):
      FindingText(
        .hookVetoed, .act,
        """
        \(program) said no to the rotation (status \(status))\(said.isEmpty ? "" : ": \(said)")
        """,
        remedy: "the key stays as it is; every run asks again, until the hook agrees")

    case .hookFailed(let program, let event, let user, let why, let isRequired):
      FindingText(
        .hookFailed, isRequired ? .failed : .notice,
        "\(user.map { "for \($0): " } ?? "")the hook \(program) (\(event)) failed: \(why)",
        remedy: """
          nothing is undone for it; run it by hand, or have a dry run exercise it: `rotate \
          --dry-run --run-hooks`
          """)

    case .hookNotAsked:
      FindingText(
        .hookNotAsked, .notice,
        "a rotation turned out to be due when `beforeRotate` could not be asked any more",
        remedy: "nothing: the next run asks and rotates")
    }
  }
}

extension MonitoringFinding.Part {
  fileprivate var refused: FindingCode {
    switch self {
    case .channel: .notifyRefused
    case .heartbeat: .heartbeatRefused
    case .metrics: .metricsRefused
    case .hook: .hookRefused
    }
  }
}

extension MonitoringFinding.Requirement {
  fileprivate var words: Sentence {
    switch self {
    case .optional: "mend it, then `rotate check` again; until then runs go on without it"
    case .required:
      """
      mend it, then `rotate check` again; it is marked as required, so until then no run begins
      """
    case .requiredButPassedOver:
      "mend it: it is marked as required, so only --compromised and rollback go on without it"
    }
  }
}
