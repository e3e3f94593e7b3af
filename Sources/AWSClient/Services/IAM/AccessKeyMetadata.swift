package import struct FoundationEssentials.Date

extension IAM {
  /// A key in a listing.
  package struct AccessKeyMetadata: Sendable, Equatable {
    package let userName: String
    package let accessKeyId: String
    package let status: AccessKeyStatus
    package let createDate: Date

    init(_ element: XMLElement, of user: String) throws(CodecFailure) {
      userName = try element.userName("UserName", asked: user)
      accessKeyId = try element.accessKeyId("AccessKeyId")
      status = AccessKeyStatus(rawValue: try element.string("Status"))
      createDate = try element.date("CreateDate")
    }
  }
}
