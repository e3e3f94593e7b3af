internal import RotationExecutor

/// `session` of a user: temporary credentials for consumers that must have used MFA. The texts may
/// hold `{user}`, `{account}` and `{path}`.
package struct SessionEntry: Sendable {
  var mfaSerial: String
  var seed: SeedSource
  var duration: Duration

  /// Whether a placeholder stands in any of its texts.
  func mentions(_ placeholder: String) -> Bool {
    let place =
      switch seed {
      case .parameter(let text), .credential(let text), .file(let text): text
      }
    return mfaSerial.contains(placeholder) || place.contains(placeholder)
  }
}
