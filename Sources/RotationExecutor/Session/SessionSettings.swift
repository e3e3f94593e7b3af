internal import RotationPlanner

/// What the configuration says about a user's MFA sessions.
package struct SessionSettings: Sendable, Hashable {
  /// What AWS accepts for `GetSessionToken`.
  package static let durations = Duration.seconds(900)...Duration.hours(36)

  /// The complete name of the SecureString that holds the session.
  package var parameter: String
  /// The device's ARN, or a hardware device's number.
  package var mfaSerial: String
  package var seed: SeedSource
  package var duration: Duration

  package init(
    parameter: String, mfaSerial: String, seed: SeedSource, duration: Duration = .hours(12)
  ) {
    self.parameter = parameter
    self.mfaSerial = mfaSerial
    self.seed = seed
    self.duration = duration
  }

  /// A published session with less left than this isn't handed out any more. SDKs ask for another
  /// one from 15 minutes before the end on; a short one never has so much.
  package var leastLeft: Duration { min(.seconds(15 * 60), duration / 4) }
}

/// Where the seed of an MFA device is kept.
package enum SeedSource: Sendable, Hashable {
  /// A SecureString in the client's region.
  case parameter(String)
  /// A systemd credential (`LoadCredential=`), by its name.
  case credential(String)
  /// A local file.
  case file(String)

  package var inWords: String {
    switch self {
    case .parameter(let name): "the parameter \(name)"
    case .credential(let name): "the systemd credential \(name)"
    case .file(let path): path
    }
  }
}
