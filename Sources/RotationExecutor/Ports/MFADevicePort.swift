package import LibCrypto

/// What the executor asks of IAM to enroll a virtual MFA device.
package protocol MFADevicePort: AnyObject {
  /// Where the device stands, and the account's others don't matter.
  func standing(ofDevice serialNumber: String) throws(CallFailure) -> MFADeviceStanding
  /// Sent once: the answer alone has the seed.
  func createDevice(_ serialNumber: String, fence: Fence) throws(CallFailure)
    -> Done<CreatedDevice>
  /// Two codes of steps that follow each other. Sent once: AWS takes each code once.
  func enableDevice(
    _ serialNumber: String, user: String, codes: (String, String), fence: Fence
  ) throws(CallFailure) -> Done<Void>
  /// A device that doesn't exist any more counts as deleted. An assigned one is refused by IAM.
  func deleteDevice(_ serialNumber: String, fence: Fence) throws(CallFailure) -> Done<Void>
}

package enum MFADeviceStanding: Sendable, Equatable {
  case absent
  /// It exists, and nobody must give codes of it.
  case unassigned
  /// The user's name; nil where IAM doesn't say.
  case assigned(String?)
}

/// The answer of `CreateVirtualMFADevice`.
package final class CreatedDevice: Sendable {
  package let serialNumber: String
  /// In base32.
  package let seed: SecretBytes

  package init(serialNumber: String, seed: consuming SecretBytes) {
    self.serialNumber = serialNumber
    self.seed = seed
  }
}
