package import struct FoundationEssentials.Date

extension IAM {
  package struct User: Sendable, Equatable {
    package let userName: String
    package let userId: String
    package let arn: String
    package let path: String
    package let createDate: Date

    init(_ element: XMLElement) throws(CodecFailure) {
      userName = try element.string("UserName")
      userId = try element.string("UserId")
      arn = try element.string("Arn")
      path = try element.string("Path")
      createDate = try element.date("CreateDate")
    }
  }
}
