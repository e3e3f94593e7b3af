/// What people can be told of.
package enum NoticeEvent: String, Sendable, Codable, CaseIterable {
  /// A new key is published, one that stood there was taken over, or the one before is back.
  case rotation
  /// A key was made Inactive.
  case deactivation
  case deletion
  /// A superseded key is still in use: by whom, where, when.
  case hold
  /// Somebody has to act, or nothing goes on.
  case block
  case failure
  /// A key will be older than the policy allows, and nothing that is planned prevents it.
  case overdueSoon
  /// Asked for: `rotate notify --test`.
  case test

  package static let configurable = allCases.filter { $0 != .test }
}
