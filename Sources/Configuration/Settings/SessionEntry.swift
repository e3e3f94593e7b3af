package import RotationExecutor

/// `session` of a user: temporary credentials for consumers that must have used MFA. The texts may
/// hold `{user}`, `{account}` and `{path}`.
package struct SessionEntry: Sendable {
  package var mfaSerial: String
  package var seed: SeedSource
  var duration: Duration

  /// Whether a placeholder stands in any of its texts.
  package func mentions(_ placeholder: String) -> Bool {
    let place =
      switch seed {
      case .parameter(let text), .credential(let text), .file(let text): text
      }
    return mfaSerial.contains(placeholder) || place.contains(placeholder)
  }
}
