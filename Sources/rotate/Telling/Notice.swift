package import Reports
package import Configuration
internal import struct FoundationEssentials.Date

/// One thing that somebody is told. No whole key id stands in it, only tails.
package struct Notice: Sendable, Equatable, Codable {
  package var event: NoticeEvent
  package var severity: FindingReport.Severity
  /// The finding's code, or the step's action.
  package var code: String
  /// Nil where it isn't about one user.
  package var user: String?
  package var owner: String?
  /// One line.
  package var title: String
  package var text: String
  /// What the person can do.
  package var remedy: String?
  /// The tails of the keys, `…ABCD`.
  package var keys: [String]
  /// Of the call that made the change, for CloudTrail.
  package var requestId: String?
  /// What tells a state that goes on from another one; nil where it happens once.
  var topic: String?
}
