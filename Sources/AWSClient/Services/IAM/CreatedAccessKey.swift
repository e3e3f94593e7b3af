package import LibCrypto
package import struct FoundationEssentials.Date

extension IAM {
  /// A new key. A class, so that the secret exists once; it has no description.
  package final class CreatedAccessKey: Sendable {
    package let userName: String
    package let accessKeyId: String
    package let secretAccessKey: SecretBytes
    package let createDate: Date

    init(_ element: XMLElement) throws(CodecFailure) {
      userName = try element.string("UserName")
      accessKeyId = try element.string("AccessKeyId")
      createDate = try element.date("CreateDate")
      secretAccessKey = SecretBytes(copying: try element.string("SecretAccessKey"))
    }
  }
}
