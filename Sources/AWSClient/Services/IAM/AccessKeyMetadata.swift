package import struct FoundationEssentials.Date

extension IAM {
  /// A key in a listing.
  package struct AccessKeyMetadata: Sendable, Equatable {
    package let userName: String
    package let accessKeyId: String
    package let status: AccessKeyStatus
    package let createDate: Date

    init(_ element: XMLElement) throws(CodecFailure) {
      userName = try element.string("UserName")
      accessKeyId = try element.string("AccessKeyId")
      status = AccessKeyStatus(rawValue: try element.string("Status"))
      createDate = try element.date("CreateDate")
    }
  }
}
