internal import Glibc

/// Where this host's audit log stands.
enum AuditLocation {
  /// The configuration's; else the directory that systemd gives; else the system's for root, and
  /// the user's own state directory for everybody else.
  static func path(_ configuration: Configuration, environment: [String: String]) -> String {
    if let path = configuration.auditPath { return path }
    if let logs = environment["LOGS_DIRECTORY"]?.split(separator: ":").first {
      return "\(logs)/audit.jsonl"
    }
    if geteuid() == 0 { return "/var/log/rotate/audit.jsonl" }
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      return "\(state)/rotate/audit.jsonl"
    }
    return "\(environment["HOME"] ?? "/")/.local/state/rotate/audit.jsonl"
  }

  /// Makes the directories above a user's own state, which a fresh account lacks. The log's own
  /// directory is the log's affair, and all others are the system's.
  static func prepare(_ path: String, _ configuration: Configuration) {
    guard configuration.auditPath == nil, path.hasSuffix("/.local/state/rotate/audit.jsonl") else {
      return
    }
    let state = path.dropLast("/rotate/audit.jsonl".count)
    mkdir(String(state.dropLast("/state".count)), 0o700)
    mkdir(String(state), 0o700)
  }

  /// The log's files, the oldest first: logrotate puts `.1` behind the newest old one.
  static func files(_ path: String) -> [String] {
    let older = (1...999).prefix { access("\(path).\($0)", F_OK) == 0 }
    return older.reversed().map { "\(path).\($0)" } + [path]
  }
}
