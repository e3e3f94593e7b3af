package import RotationExecutor

/// What the configuration file says, checked; without a file, the defaults.
package struct Configuration: Sendable {
  /// The file as the person named it; nil: there is none.
  package var file: String?
  package var region: String?
  package var defaults = UserSettings()
  /// In the order of the file.
  package var users: [UserEntry] = []
  /// Nil: the default of the host (see `AuditLocation`).
  package var auditPath: String?
  package var notify = NotifySettings()
  package var heartbeat: HeartbeatSettings?
  package var metrics: MetricsSettings?
  package var hooks: [HookEvent: [HookSettings]] = [:]
  /// Where the seed of the program's own MFA device is kept, for a profile with `mfa_serial`.
  package var mfaSeed: SeedSource?

  package init() {}

  /// The entry that governs a user: by name, else by group, else by the longest path; among equals
  /// the first of the file. `groups` are those of the configuration which the user belongs to.
  package func entry(for user: String, path: String, groups: Set<String>) -> UserEntry? {
    let named = users.first {
      if case .name(let name) = $0.selector.value {
        name.lowercased() == user.lowercased()
      } else {
        false
      }
    }
    let grouped = users.first {
      if case .group(let group) = $0.selector.value { groups.contains(group) } else { false }
    }
    func matched(_ entry: UserEntry) -> Int? {
      guard case .path(let prefix) = entry.selector.value, path.hasPrefix(prefix) else {
        return nil
      }
      return prefix.utf8.count
    }
    let byPath = users.compactMap { entry in matched(entry).map { (entry, $0) } }
      .reduce(nil as (UserEntry, Int)?) { best, next in
        (best?.1 ?? -1) >= next.1 ? best : next
      }?.0
    return named ?? grouped ?? byPath
  }
}
