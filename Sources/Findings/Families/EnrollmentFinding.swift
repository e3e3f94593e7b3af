/// What keeps a user's MFA device from being made. `place`: the parameter for its seed.
package enum EnrollmentFinding: Hashable, Sendable {
  case notConfigured(user: String)
  /// With what has to be put into the configuration.
  case deviceNotOfAccount(user: String, account: String, partition: String)
  case seedLost(device: String, user: String, place: String)
  /// Nil: IAM doesn't say whose it is.
  case deviceOfAnother(device: String, user: String?)
  case deviceForeign(device: String)
  case seedTaken(place: String)
  case seedUnconfirmed(place: String)
  case codesRefused(said: String)
  case strangeDevice(made: String, asked: String)
  case unfinishedRun(user: String)
}
