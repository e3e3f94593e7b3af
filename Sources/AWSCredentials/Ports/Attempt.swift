/// One source of credentials that was passed over, and why.
package struct Attempt: Sendable, Equatable {
  /// The provider's name: `environment`, `instance metadata`.
  package var source: String
  /// In words, without a secret: `AWS_ACCESS_KEY_ID is not set`.
  package var reason: String

  package init(source: String, reason: String) {
    self.source = source
    self.reason = reason
  }
}
