package import struct FoundationEssentials.Date

/// What a run, a dry run or `status` has to tell. All forms are made from it; the JSON form is it.
///
/// Schema 1. Within it keys and words may be added, which raises the revision, never renamed or
/// removed; whatever is unknown is left out. Times are UTC, ISO 8601. Codes, actions, roles and
/// results are stable; texts may be reworded. docs/report.schema.json has the same in a form that
/// programs can check.
package struct Report: Sendable, Equatable, Codable {
  package static let schema = 1
  /// 1: `schemaRevision`, `account`, `region`; of a user `policy`; of a key the dates of its life.
  package static let schemaRevision = 1

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
  package var schemaRevision = Report.schemaRevision
  /// Of this program.
  package var version: String
  package var mode: Mode
  /// Also in the audit log and the record; left out where nothing can be changed.
  package var runId: String?
  /// By AWS's clock; left out where AWS gave no answer.
  package var at: Date?
  /// Whose users these are; left out where AWS gave no answer.
  package var account: String?
  /// Where Parameter Store is.
  package var region: String?
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
  /// The periods in force.
  package var policy: PolicyReport?
  /// Only of a user with MFA sessions.
  package var session: SessionReport?
  /// Left out where rotations go on.
  package var paused: PauseReport?
}

/// The temporary credentials that are published.
package struct SessionReport: Sendable, Equatable, Codable {
  /// Left out where none are published.
  package var expiresAt: Date?
  package var renewAt: Date?
}

/// Somebody has stopped a user's rotations.
package struct PauseReport: Sendable, Equatable, Codable {
  package var since: Date
  /// Left out: until somebody resumes them.
  package var until: Date?
  package var reason: String
  /// The ARN that acted, where it is known.
  package var by: String?
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

  /// When it became the published key, by the record.
  package var publishedAt: Date?
  /// When another key took its place, by the record: the grace period starts.
  package var supersededAt: Date?
  /// When it became Inactive, by the record: the soak starts.
  package var deactivatedAt: Date?
  /// By IAM, which lags; only where the plan asked for it and IAM knows of a use.
  package var lastUsed: UseReport?
  /// Of a published key: replaced from then on.
  package var dueAt: Date?
  /// Of a published key: older than the policy allows from then on.
  package var overdueAt: Date?
  /// Stays Active at least until then. Of a published key: if it is replaced when that is planned.
  package var graceEndsAt: Date?
  /// Deleted from then on; while it isn't Inactive yet, at the earliest.
  package var soakEndsAt: Date?
}

package struct UseReport: Sendable, Equatable, Codable {
  package var at: Date
  /// The service's signing name, such as `s3`.
  package var service: String?
  package var region: String?
}

/// The periods that govern one user's keys, in seconds, under their names in the configuration.
package struct PolicyReport: Sendable, Equatable, Codable {
  package var rotateEvery: Double
  package var gracePeriod: Double
  package var quietPeriod: Double
  package var soakPeriod: Double
  package var maxKeyAge: Double
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
  /// `makeRoom`, `repair`, `renewSession`, `recordState`, `pause`, `resume`, `rollBack`,
  /// `reactivate`.
  package var action: String
  package var text: String
  package var reason: String
  package var result: Result
  /// The key that it is about, then the keys that it supersedes; of `rotate` only these.
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

  package init(
    code: String, severity: Severity, message: String, remedy: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.remedy = remedy
  }
}
