package import Findings
internal import RotationPlanner
package import struct FoundationEssentials.Date

/// What `rotate check` has to tell. The JSON form is it.
///
/// Schema 1. Within it keys may be added, never renamed or removed. Codes and results are stable;
/// texts may be reworded.
package struct CheckReport: Sendable, Equatable, Codable {
  package static let schema = 1

  package struct Counts: Sendable, Equatable, Codable {
    package var ok = 0
    package var act = 0
    package var failed = 0
    package var unknown = 0
  }

  package var schema = CheckReport.schema
  /// Of this program.
  package var version: String
  /// By AWS's clock; left out where AWS gave no answer.
  package var at: Date?
  package var checks: [CheckLine]
  package var counts: Counts
  package var summary: String
  /// 1 where something failed, 2 where somebody must act, else 0. What can't be tried counts for
  /// nothing.
  package var exitCode: Int32

  package init(version: String, at: Date?, checks: [CheckLine]) {
    self.version = version
    self.at = at
    self.checks = checks
    counts = Counts()
    counts.ok = checks.count { $0.result == .ok }
    counts.act = checks.count { $0.result == .act }
    counts.failed = checks.count { $0.result == .failed }
    counts.unknown = checks.count { $0.result == .unknown }
    exitCode = counts.failed > 0 ? 1 : counts.act > 0 ? 2 : 0
    let parts = [
      (counts.failed, "would stop a run"), (counts.act, "somebody must look at"),
      (counts.unknown, "can't be told from here"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    summary =
      "\(checks.count) checks: \(counts.ok) well"
      + (parts.isEmpty ? "" : "; " + parts.joined(separator: "; ")) + "; nothing was changed"
  }
}

/// One thing that was tried.
package struct CheckLine: Sendable, Equatable, Codable {
  package enum Result: String, Sendable, Codable {
    case ok
    /// Nobody can tell from here, or not without a change.
    case unknown
    /// Somebody has to act; tonight's run might go on all the same.
    case act
    /// Tonight's run would fail.
    case failed
  }

  package var code: FindingCode
  package var result: Result
  /// What was tried, in a word or two.
  package var subject: String
  package var message: String
  /// What the person can do.
  package var remedy: String?
  /// Whom it is about, where that isn't everybody.
  package var users: [String]?

  package init(
    code: FindingCode, _ result: Result, _ subject: String, _ message: String,
    remedy: String? = nil,
    users: [String]? = nil
  ) {
    self.code = code
    self.result = result
    self.subject = subject
    self.message = message
    self.remedy = remedy
    self.users = users
  }
}

extension CheckLine {
  /// Of what the planner or a call had to say.
  init(_ finding: Finding, _ subject: String, users: [String]? = nil) {
    self.init(
      code: finding.code, finding.severity == .failed ? .failed : .act, subject,
      finding.message, remedy: finding.remedy, users: users)
  }

  /// Of what was found of users, one line for all of whom the same is to be said.
  static func grouped(
    _ found: [(user: String, finding: Finding)], _ subject: String
  ) -> [CheckLine] {
    var groups: [(finding: Finding, users: [String])] = []
    for (user, finding) in found {
      let index = groups.firstIndex {
        $0.finding.code == finding.code && $0.finding.severity == finding.severity
      }
      if let index { groups[index].users.append(user) } else { groups.append((finding, [user])) }
    }
    return groups.map { finding, names in
      var line = CheckLine(finding, subject, users: names)
      let others =
        names.count > 1 ? " (and the same of \(CheckWords.list(Array(names.dropFirst()))))" : ""
      line.message = "\(names[0]): \(finding.message)\(others)"
      return line
    }
  }
}
