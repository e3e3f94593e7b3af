internal import Configuration
internal import AWSClient
internal import FoundationEssentials
internal import Glibc
internal import Host
internal import LibCrypto
internal import RotationExecutor
internal import RotationPlanner

/// What this host has to have for a run, looked at without touching it.
struct HostCheck {
  /// In bytes. A rotation with its retirement writes about 12 KiB.
  static let littleRoom = 16 << 20

  let configuration: Configuration
  let environment: [String: String]
  let processes: any ProcessRunner

  /// Whether sessions have to be renewed between the runs.
  let hasSessions: Bool
  /// Variables that libraries would have read.
  var ignored: [String] = []

  var lines: [CheckLine] {
    var lines = [
      auditLog, room,
      timer(
        "rotate", starts: "a run", other: "see that something starts `rotate` several times a day"),
    ]
    if let line = ignoredVariables { lines.append(line) }
    guard hasSessions else { return lines }
    lines.append(
      timer(
        "rotate-sessions", starts: "the renewal of sessions",
        other: "see that something starts `rotate sessions` every ten minutes"))
    return lines
  }

  // MARK: What libraries would read

  private var ignoredVariables: CheckLine? {
    guard !ignored.isEmpty else { return nil }
    let names = CheckWords.list(ignored, longest: 20)
    let isOne = ignored.count == 1
    let message =
      "\(names) \(isOne ? "is" : "are") set and ignored: the libraries that this program uses would "
      + "read \(isOne ? "it" : "them") on their own"
    // Whoever set this one wanted the traffic, and so the secrets, to be readable.
    guard ignored.contains(LibraryEnvironment.keyLog) else {
      return CheckLine(code: .checkEnvironment, .ok, "environment", message)
    }
    return CheckLine(
      code: .checkEnvironment, .act, "environment", message,
      remedy: "find out who set \(LibraryEnvironment.keyLog), which makes other programs write the "
        + "keys of their TLS sessions to a file, and unset it")
  }

  private var path: String { AuditLocation.path(configuration, environment: environment) }

  // MARK: The audit log

  private var auditLog: CheckLine {
    do throws(AuditFailure) {
      switch try AuditExamination.examine(
        path, makes: AuditLocation.directoriesMade(path, configuration))
      {
      case .canBeMade where access(path, F_OK) != 0:
        return line(.ok, "\(path): there is none yet; the first run makes it")
      default: break
      }
      let found = try AuditVerifier.verify(
        paths: AuditLocation.files(path),
        host: RunLock.host(at: RunLock.path(forLogAt: path)))
      if let defect = found.defect {
        return line(
          .failed, "\(defect.path):\(defect.line): \(defect.problem) (\(defect.code.rawValue))",
          remedy: "find out who changed it; move it away as evidence, and the next run begins a "
            + "new one: `rotate audit verify`")
      }
      let running = AuditExamination.runningNow(logAt: path)
      return line(
        .ok,
        "\(path): intact, \(found.entries) \(found.entries == 1 ? "entry" : "entries"), can be written"
          + (running.map { "; a run is at work now: \($0)" } ?? ""))
    } catch {
      return line(.failed, "\(error.path): \(error.problem)", remedy: error.advice)
    }
  }

  private func line(
    _ result: CheckLine.Result, _ message: String, remedy: String? = nil
  ) -> CheckLine {
    CheckLine(code: .checkAuditLog, result, "audit log", message, remedy: remedy)
  }

  // MARK: Its disk

  private var room: CheckLine {
    func line(_ result: CheckLine.Result, _ message: String, remedy: String? = nil) -> CheckLine {
      CheckLine(code: .checkDisk, result, "disk", message, remedy: remedy)
    }
    guard let free = AuditExamination.room(for: path) else {
      return line(.unknown, "how much room the disk of \(path) has can't be read")
    }
    let words = free >= 10 << 30 ? "\(free >> 30) GiB" : "\(free >> 20) MiB"
    let remedy = "make room: without the audit log nothing is rotated"
    if free < 1 << 20 {
      return line(.failed, "the disk of the audit log is full", remedy: remedy)
    }
    return free < Self.littleRoom
      ? line(.act, "only \(words) are left for the audit log", remedy: remedy)
      : line(.ok, "\(words) free for the audit log")
  }

  // MARK: What starts it

  private static let unitProperties = [
    "LoadState", "ActiveState", "UnitFileState", "Result", "ExecMainStatus",
  ]

  private func timer(_ name: String, starts what: String, other: String) -> CheckLine {
    func line(_ result: CheckLine.Result, _ message: String, remedy: String? = nil) -> CheckLine {
      CheckLine(code: .checkTimer, result, "timer", message, remedy: remedy)
    }
    guard let timer = unit("\(name).timer") else {
      return line(.unknown, "systemd can't be asked about \(name).timer from here", remedy: other)
    }
    guard timer["LoadState"] == "loaded" else {
      return line(.unknown, "this host has no \(name).timer", remedy: other)
    }
    guard timer["ActiveState"] == "active" else {
      return line(
        .act, "\(name).timer is \(timer["ActiveState"] ?? "unknown"): nothing starts \(what)",
        remedy: "systemctl enable --now \(name).timer")
    }
    guard ["enabled", "enabled-runtime", "static"].contains(timer["UnitFileState"] ?? "") else {
      return line(
        .act, "\(name).timer is active, but won't be after the next start of this host",
        remedy: "systemctl enable \(name).timer")
    }
    let last = unit("\(name).service") ?? [:]
    guard last["Result"] ?? "success" == "success" else {
      let status = last["ExecMainStatus"].map { ", exit code \($0)" } ?? ""
      return line(
        .act,
        "\(name).timer is active, but its last run failed (\(last["Result"] ?? "")\(status))",
        remedy: "journalctl -u \(name).service")
    }
    return line(.ok, "\(name).timer is active and enabled")
  }

  private func unit(_ name: String) -> [String: String]? {
    let request = ProcessRequest(
      arguments: ["systemctl", "show", name, "-p", Self.unitProperties.joined(separator: ",")],
      environment: ["PATH": environment["PATH"] ?? "/usr/bin:/bin", "LC_ALL": "C"],
      timeLimit: .seconds(5), outputLimit: 64 << 10)
    guard let output = try? processes.run(request), output.status == 0 else { return nil }
    let text = output.standardOutput.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    var values: [String: String] = [:]
    for line in text.split(separator: "\n") {
      guard let equal = line.firstIndex(of: "=") else { continue }
      values[String(line[..<equal])] = String(line[line.index(after: equal)...])
    }
    return values.isEmpty ? nil : values
  }
}
