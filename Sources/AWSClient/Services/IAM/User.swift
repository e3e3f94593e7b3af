package import struct FoundationEssentials.Date

extension IAM {
  package struct User: Sendable, Equatable {
    package let userName: String
    package let userId: String
    package let arn: String
    package let path: String
    package let createDate: Date

    /// The account that the ARN names.
    package let account: String

    /// `asked`: nil where the reply says who there is.
    init(_ element: XMLElement, asked: String?) throws(CodecFailure) {
      userName = try element.userName("UserName", asked: asked)
      userId = try element.uniqueId("UserId")
      (arn, account) = try element.arn("Arn")
      guard arn.hasSuffix("/\(userName)"), arn.contains(":user/") else {
        throw CodecFailure("<Arn> is another's than \(userName)'s")
      }
      path = try element.string("Path")
      createDate = try element.date("CreateDate")
    }
  }
}
