package import struct FoundationEssentials.Date

/// What a run, a dry run or `status` has to tell. All forms are made from it; the JSON form is it.
///
/// Schema 1. Within it keys may be added, never renamed or removed; whatever is unknown is left
/// out. Times are UTC, ISO 8601. Codes, actions, roles and results are stable; texts may be
/// reworded.
package struct Report: Sendable, Equatable, Codable {
  package static let schema = 1

  package enum Mode: String, Sendable, Codable {
    /// `rotate`: what was due has been done.
    case run
    /// `rotate --dry-run`: nothing was changed.
    case dryRun
    /// `rotate status`: nothing was changed.
    case status
  }

  package struct Counts: Sendable, Equatable, Codable {
    package var users = 0
    /// For which something was changed.
    package var changed = 0
    /// For which something is due that wasn't done (a dry run, `status`).
    package var due = 0
    /// For which somebody must act.
    package var attention = 0
    /// For which a call or a read failed.
    package var failed = 0
  }

  package var schema = Report.schema
  /// Of this program.
  package var version: String
  package var mode: Mode
  /// Also in the audit log and the record; left out where nothing can be changed.
  package var runId: String?
  /// By AWS's clock; left out where AWS gave no answer.
  package var at: Date?
  package var users: [UserReport]
  /// What isn't about one user: somebody who doesn't exist, a group that can't be listed.
  package var findings: [FindingReport]
  package var counts: Counts
  /// The last line of the text form.
  package var summary: String
  /// What the program ends with.
  package var exitCode: Int32
}

/// One managed user.
package struct UserReport: Sendable, Equatable, Codable {
  package var user: String
  /// One sentence: how this user stands.
  package var summary: String
  /// Oldest first, as they stand at the end.
  package var keys: [KeyReport]
  /// What was done or is due, in order.
  package var steps: [StepReport]
  /// The worst first.
  package var findings: [FindingReport]
  /// The earliest thing that will be due.
  package var next: NextReport?
}

/// One access key.
package struct KeyReport: Sendable, Equatable, Codable {
  package var accessKeyId: String
  package var createdAt: Date
  /// Whole days, rounded down; left out where AWS's time is unknown.
  package var ageDays: Int?
  /// As IAM has it: `Active`, `Inactive`, `Expired`.
  package var status: String
  /// `published`, `retiring`, `orphan`, `foreign`, `unknown`.
  package var role: String
  package var next: NextReport?
  package var reason: String
}

package struct NextReport: Sendable, Equatable, Codable {
  /// `rotate`, `deactivate`, `delete`, `recheck`.
  package var action: String
  /// Left out: when somebody has acted.
  package var at: Date?
}

package struct StepReport: Sendable, Equatable, Codable {
  package enum Result: String, Sendable, Codable {
    case due, done, failed
    /// A step before it failed.
    case notReached
  }

  /// `rotate`, `adopt`, `deleteOrphan`, `restoreCredentials`, `note`, `deactivate`, `delete`,
  /// `makeRoom`, `repair`, `recordState`.
  package var action: String
  package var text: String
  package var reason: String
  package var result: Result
  /// The key that it is about, or the keys that a new one supersedes.
  package var accessKeyIds: [String]
  /// The key that a rotation created.
  package var newAccessKeyId: String?
  /// Of the call that made the change; CloudTrail has it too.
  package var requestId: String?
}

package struct FindingReport: Sendable, Equatable, Codable {
  package enum Severity: String, Sendable, Codable {
    /// Worth knowing; exit code 0.
    case notice
    /// Somebody has to act; exit code 2.
    case act
    /// A call or a read failed; exit code 1.
    case failed
  }

  package var code: String
  package var severity: Severity
  package var message: String
  /// What the person can do.
  package var remedy: String?
}
