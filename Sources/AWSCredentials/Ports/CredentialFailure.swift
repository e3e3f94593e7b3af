/// Why the search for credentials stopped. Never holds a secret, whatever file it speaks of.
package struct CredentialFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// Stable: scripts and tests may compare it.
  package enum Code: String, Sendable, Equatable, CaseIterable {
    case profileNotFound
    case fileUnreadable
    case fileMalformed
    case settingInvalid
    case credentialsPartial
    case credentialsExpired
    case sourceProfileCycle
    case mfaCodeNeeded
    case mfaCodeRefused
    case mfaSeedInvalid
    case assumeRoleFailed
    case webIdentityFailed
    case processFailed
    case processOutputInvalid
    case containerHostRefused
    case containerFailed
    case instanceMetadataFailed
    case ssoTokenInvalid
    case ssoFailed
    case loginSessionInvalid
    /// No source was configured at all.
    case noCredentials
  }

  package var code: Code
  /// The source that failed, as in `Attempt.source`.
  package var source: String
  /// What was being done, where, and what was found instead of what was expected.
  package var message: String
  /// What the person can do about it.
  package var remedy: String
  /// The sources that were passed over before this one, in order.
  package var tried: [Attempt] = []

  package init(_ code: Code, source: String, _ message: String, remedy: String) {
    self.code = code
    self.source = source
    self.message = message
    self.remedy = remedy
  }

  package var description: String {
    var lines = ["\(source): \(message)", remedy]
    if !tried.isEmpty {
      lines.append("Tried before it:")
      lines += tried.map { "  \($0.source): \($0.reason)" }
    }
    return lines.joined(separator: "\n")
  }
}
