/// A head of the log that is kept elsewhere, in a record: a log that lacks it was cut or rewritten.
package struct AuditAnchor: Hashable, Sendable {
  package enum Finding: String, Sendable {
    case found
    /// The log ends before it: it was cut short, or replaced by an older copy.
    case missing
    /// The log has another entry there, or none that can be read: it was rewritten.
    case differs
    /// It is older than what there is to look at: its file was put elsewhere, or lies behind a bad
    /// line.
    case outOfReach
    /// No entry of this log is by that host: look into that host's own log.
    case anotherHost
  }

  /// The host that wrote it, as `AuditEntry.host`.
  package var host: String
  package var head: AuditHead

  package init(host: String, head: AuditHead) {
    self.host = host
    self.head = head
  }
}
