/// In which form a consumer reads what is published for a user.
package enum PublishedForm: Sendable {
  /// The key, in one value.
  case credentials
  /// The key, in two values.
  case pair
  /// Temporary credentials that were made with MFA.
  case session
}
