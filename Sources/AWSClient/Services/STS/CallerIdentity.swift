extension STS {
  package struct CallerIdentity: Sendable, Equatable {
    package let arn: String
    package let account: String
    /// For an IAM user its `AIDA…` id.
    package let userId: String

    init(_ result: XMLElement) throws(CodecFailure) {
      arn = try result.string("Arn")
      account = try result.string("Account")
      userId = try result.string("UserId")
    }
  }
}
