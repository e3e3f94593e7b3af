package import LibCrypto
package import struct FoundationEssentials.Date

extension IAM {
  /// A new key. A class, so that the secret exists once; it has no description.
  package final class CreatedAccessKey: Sendable {
    package let userName: String
    package let accessKeyId: String
    package let secretAccessKey: SecretBytes
    package let createDate: Date

    /// A reply that can't be this user's new key proves nothing: what was made is found by listing.
    init(_ element: XMLElement, of user: String) throws(CodecFailure) {
      userName = try element.userName("UserName", asked: user)
      accessKeyId = try element.accessKeyId("AccessKeyId")
      if let status = element.optionalString("Status"), status != "Active" {
        throw CodecFailure("a new key is \(status)")
      }
      createDate = try element.date("CreateDate")
      let secret = try element.secret("SecretAccessKey")
      guard (16...128).contains(secret.count),
        secret.withUnsafeBytes({ $0.allSatisfy(Self.isBase64) })
      else { throw CodecFailure("<SecretAccessKey> is no secret of AWS's") }
      secretAccessKey = secret
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F, 0x3D: true
      default: false
      }
    }
  }
}
