internal import Configuration
internal import Glibc

/// Where this host's audit log stands.
///
/// One host, one log, whoever starts the run and however: what the host has set up decides, and not
/// who asks. Two logs would hide from one another what was done, and their locks exclude nobody.
package enum AuditLocation {
  /// What the package and `make install` set up: tmpfiles.d and the units.
  package static let hostFolder = "/var/log/rotate"
  private static let hostState = "/var/lib/rotate"

  /// The configuration's; else the host's, where its folder is there and this user may write it; else
  /// the directory that systemd gives. Else the host's, whose folder root makes, and which is told to
  /// whoever may not write it; only on a host without that folder a user's own.
  package static func path(
    configured: String?, environment: [String: String], hostFolder: String = hostFolder
  ) -> String {
    if let configured { return configured }
    let host = "\(hostFolder)/audit.jsonl"
    if geteuid() == 0 || faccessat(AT_FDCWD, hostFolder, W_OK | X_OK, AT_EACCESS) == 0 {
      let isThere = access(hostFolder, F_OK) == 0
      return isThere ? host : given(environment) ?? host
    }
    if let given = given(environment) { return given }
    // Not to be seen is not to be missing.
    guard access(hostFolder, F_OK) != 0, errno == ENOENT else { return host }
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      return "\(state)/rotate/audit.jsonl"
    }
    return "\(environment["HOME"] ?? "/")\(ownState)/rotate/audit.jsonl"
  }

  static func path(_ configuration: Configuration, environment: [String: String]) -> String {
    path(configured: configuration.auditPath, environment: environment)
  }

  private static let ownState = "/.local/state"

  /// What systemd gives a service with `LogsDirectory=`.
  private static func given(_ environment: [String: String]) -> String? {
    environment["LOGS_DIRECTORY"]?.split(separator: ":").first.map { "\($0)/audit.jsonl" }
  }

  /// How many directories a run makes on the way to it: the log's own, and above a user's own state
  /// those that a fresh account lacks.
  static func directoriesMade(_ path: String, _ configuration: Configuration) -> Int {
    isOwnState(path, configuration) ? 3 : 1
  }

  /// Makes those above a user's own state. The log's own directory is the log's affair, and all
  /// others are the system's.
  static func prepare(_ path: String, _ configuration: Configuration) {
    guard isOwnState(path, configuration) else { return }
    let state = path.dropLast("/rotate/audit.jsonl".count)
    mkdir(String(state.dropLast("/state".count)), 0o700)
    mkdir(String(state), 0o700)
  }

  private static func isOwnState(_ path: String, _ configuration: Configuration) -> Bool {
    configuration.auditPath == nil && path.hasSuffix("\(ownState)/rotate/audit.jsonl")
  }

  /// Where the file stands that says what was told when: with the host's log in the host's state,
  /// whoever runs it; else in the directory that systemd gives, or beside the log.
  static func memory(_ configuration: Configuration, environment: [String: String]) -> String {
    let folder = folder(of: path(configuration, environment: environment))
    if folder == hostFolder, access(hostState, F_OK) == 0 { return "\(hostState)/\(memoryName)" }
    if let states = environment["STATE_DIRECTORY"]?.split(separator: ":").first {
      return "\(states)/\(memoryName)"
    }
    return "\(folder)/\(memoryName)"
  }

  private static func folder(of path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }

  private static let memoryName = "notified.json"

  /// The log's files, the oldest first: logrotate puts `.1` behind the newest old one.
  static func files(_ path: String) -> [String] {
    let older = (1...999).prefix { access("\(path).\($0)", F_OK) == 0 }
    return older.reversed().map { "\(path).\($0)" } + [path]
  }
}
