extension HostFinding {
  var text: FindingText {
    switch self {
    case .auditLog(let path, let problem, let advice, let consequence):
      FindingText(
        .auditLog, .failed, "\(path): \(problem)", remedy: "\(advice)\(consequence.words)")

    case .noAuditLog(let path):
      FindingText(
        .noAuditLog, .failed, "there is no audit log at \(path) yet",
        remedy: "the first run makes it; or name another log's files")

    case .credentialsWritable(let path, let reason, let advice):
      FindingText(
        .credentialsWritable, .notice, "\(path) \(reason), and with it whose credentials sign",
        remedy: "\(advice)")

    case .interrupted(let signal, let users, let notBegun):
      FindingText(
        .interrupted, .failed,
        """
        \(signal) ended the run\
        \(users.isEmpty ? "" : " during the work on \(users.joined(separator: ", "))")\
        \(notBegun > 0 ? "; \(notBegun) \(notBegun == 1 ? "user was" : "users were") not begun" : "")
        """,
        remedy: "nothing is lost: the next run goes on from there")

    case .output(.anything(let why)):
      FindingText(
        .output, .failed, "standard output can't be written: \(why)",
        remedy: "see where it goes, and whether there is room; what was done stands")
    case .output(.credentials):
      FindingText(.output, .failed, "the credentials can't be written to standard output")
    case .output(.report(let place)):
      FindingText(
        .output, .failed, "the report can't be written to \(place)",
        remedy: "`rotate status` says how the keys stand, `rotate audit show` what was done")
    }
  }
}

extension HostFinding.Consequence {
  fileprivate var words: String {
    switch self {
    case .none: ""
    case .nothingWasChanged: " Nothing was changed in AWS."
    case .nothingIsChangedWhileSo:
      " Nothing is changed in AWS while the audit log can't be written."
    }
  }
}
