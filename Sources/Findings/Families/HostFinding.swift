/// What is the matter with this host, or with where a command writes.
package enum HostFinding: Hashable, Sendable {
  /// The audit log or its lock can't be used: the file, what is wrong, and what to do.
  case auditLog(String, problem: String, advice: String, Consequence)
  case noAuditLog(path: String)
  /// Somebody else can change a file or a program by which the credentials were found.
  case credentialsWritable(path: String, reason: String, advice: String)
  /// A signal ended the run. `during`: who was being worked on.
  case interrupted(by: String, during: [String], notBegun: Int)
  case output(Output)

  package enum Consequence: Hashable, Sendable {
    /// It was only to be read.
    case none
    case nothingWasChanged
    case nothingIsChangedWhileSo
  }

  /// What can't be written where it is asked for.
  package enum Output: Hashable, Sendable {
    case anything(why: String)
    case credentials
    case report(to: String)
  }
}
