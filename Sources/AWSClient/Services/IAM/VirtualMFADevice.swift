package import LibCrypto
package import struct FoundationEssentials.Date

extension IAM {
  /// A virtual MFA device in a listing.
  package struct VirtualMFADevice: Sendable, Equatable {
    /// Its ARN.
    package let serialNumber: String
    /// Whose it is; nil while it is assigned to nobody.
    package let userName: String?
    /// Since when it is assigned.
    package let enableDate: Date?

    init(_ element: XMLElement) throws(CodecFailure) {
      serialNumber = try element.string("SerialNumber")
      userName = element.child("User")?.optionalString("UserName")
      enableDate =
        element.optionalString("EnableDate") == nil ? nil : try element.date("EnableDate")
    }
  }

  /// A device that a user must give codes of.
  package struct MFADevice: Sendable, Equatable {
    package let userName: String
    /// An ARN, or a hardware device's number.
    package let serialNumber: String
    package let enableDate: Date

    init(_ element: XMLElement) throws(CodecFailure) {
      userName = try element.string("UserName")
      serialNumber = try element.string("SerialNumber")
      enableDate = try element.date("EnableDate")
    }
  }

  /// A new virtual MFA device. A class, so that the seed exists once; it has no description.
  package final class CreatedMFADevice: Sendable {
    package let serialNumber: String
    /// In base32, as authenticators take it. Only this answer ever has it.
    package let seed: SecretBytes

    init(_ element: XMLElement) throws(CodecFailure) {
      serialNumber = try element.string("SerialNumber")
      // IAM's model calls it a blob, so it is base64 of the base32 text.
      guard let decoded = Base64.decode(try element.secret("Base32StringSeed")) else {
        throw CodecFailure("<Base32StringSeed> is not base64")
      }
      seed = decoded
    }
  }
}
