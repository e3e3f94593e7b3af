internal import Reports

/// One entry of systemd's journal with fields of its own, as the native protocol has it.
/// https://systemd.io/JOURNAL_NATIVE_PROTOCOL/
struct JournalEntry {
  /// Which kind of message it is: `journalctl MESSAGE_ID=…`, and the catalogue's key.
  enum Kind: String {
    case step = "dae192b6c7da453085d5996958c5aeb0"
    case finding = "90705519b032475d82303a3fd0b5b35f"
    case summary = "98ac82cfad874d9b8fabd1b8f2e12237"
  }

  /// As in syslog.
  enum Priority: Int {
    case error = 3
    case warning = 4
    case notice = 5
    case information = 6
  }

  /// A datagram takes some 200 KiB; no field comes near that.
  private static let longestField = 16 << 10

  private(set) var fields: [(name: String, value: String)]

  init(_ kind: Kind, _ priority: Priority, _ message: String) {
    fields = [
      ("MESSAGE", message), ("MESSAGE_ID", kind.rawValue), ("PRIORITY", "\(priority.rawValue)"),
      ("SYSLOG_IDENTIFIER", "rotate"),
    ]
  }

  /// `name`: capitals, digits and `_`. A value that is missing has no field.
  mutating func add(_ name: String, _ value: String?) {
    if let value, !value.isEmpty { fields.append((name, value)) }
  }

  /// A value with a line break is preceded by its length, as 64 bits, little-endian.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for (name, value) in fields {
      let value = Array(value.utf8.prefix(Self.longestField))
      bytes += Array(name.utf8)
      if value.contains(UInt8(ascii: "\n")) {
        bytes.append(UInt8(ascii: "\n"))
        withUnsafeBytes(of: UInt64(value.count).littleEndian) { bytes += $0 }
      } else {
        bytes.append(UInt8(ascii: "="))
      }
      bytes += value + [UInt8(ascii: "\n")]
    }
    return bytes
  }
}

extension JournalEntry {
  /// A whole report: each step, each finding, the summary.
  static func all(of report: Report) -> [JournalEntry] {
    var entries: [JournalEntry] = []
    for user in report.users {
      entries += user.steps.map { step($0, of: user.user) }
      entries += user.findings.map { finding($0, of: user.user) }
    }
    entries += report.findings.map { finding($0, of: nil) }
    var summary = JournalEntry(
      .summary, report.exitCode == 0 ? .information : report.exitCode == 1 ? .error : .warning,
      report.summary)
    summary.add("ROTATE_EXIT_CODE", "\(report.exitCode)")
    entries.append(summary)
    return entries.map { entry in
      var entry = entry
      entry.add("ROTATE_RUN_ID", report.runId)
      entry.add("ROTATE_MODE", report.mode.rawValue)
      return entry
    }
  }

  private static func step(_ step: StepReport, of user: String) -> JournalEntry {
    let priority: Priority =
      switch step.result {
      case .done: .notice
      case .due, .notReached: .information
      case .failed: .error
      }
    var entry = JournalEntry(.step, priority, "\(user): \(step.text) (\(step.result.rawValue))")
    entry.add("ROTATE_USER", user)
    entry.add("ROTATE_ACTION", step.action)
    entry.add("ROTATE_RESULT", step.result.rawValue)
    entry.add("ROTATE_REASON", step.reason)
    entry.add("ROTATE_ACCESS_KEY_ID", step.newAccessKeyId ?? step.accessKeyIds.first)
    entry.add("ROTATE_REQUEST_ID", step.requestId)
    return entry
  }

  private static func finding(_ finding: FindingReport, of user: String?) -> JournalEntry {
    let priority: Priority =
      switch finding.severity {
      case .notice: .notice
      case .act: .warning
      case .failed: .error
      }
    var entry = JournalEntry(
      .finding, priority, (user.map { "\($0): " } ?? "") + "\(finding.message) [\(finding.code)]")
    entry.add("ROTATE_USER", user)
    entry.add("ROTATE_CODE", finding.code)
    entry.add("ROTATE_SEVERITY", finding.severity.rawValue)
    entry.add("ROTATE_REMEDY", finding.remedy)
    return entry
  }
}
