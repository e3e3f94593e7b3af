package import AWSClient

/// A role that is assumed with a code of an MFA device: what whoever gives the code must know.
package struct MFARequest: Sendable {
  /// The device, by its ARN or its number.
  package var serialNumber: String
  /// The profile that names it.
  package var profile: String
  /// What signs the call, and may read a seed.
  package var credentials: Credentials
  /// AWS has refused the code that was given before.
  package var isRepeated: Bool

  package init(
    serialNumber: String, profile: String, credentials: Credentials, isRepeated: Bool = false
  ) {
    self.serialNumber = serialNumber
    self.profile = profile
    self.credentials = credentials
    self.isRepeated = isRepeated
  }
}

/// Gives the code that the device shows now; nil where nobody can be asked, or not again. AWS takes
/// each code once, so what was given must not be given again.
package typealias MFACodeSource =
  @Sendable (MFARequest) throws(CredentialFailure) -> String?
