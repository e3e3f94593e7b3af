/// A user whose row in a table has no key.
extension UserReport {
  /// Stands where a key's status would, and is no wider than `Active`: a narrow terminal has no room.
  static let unreadable = "unread"

  /// Whether it could not be looked at, so that nothing is known of its keys.
  var isUnreadable: Bool {
    keys.isEmpty && steps.isEmpty && findings.contains { $0.severity == .failed }
  }

  /// Why there is no key to show.
  var withoutKeys: String {
    if isUnreadable { return "its keys can't be read" }
    return steps.first?.reason ?? "it has no key"
  }
}
