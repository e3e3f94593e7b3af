extension STS {
  package struct CallerIdentity: Sendable, Equatable {
    package let arn: String
    package let account: String
    /// For an IAM user its `AIDA…` id.
    package let userId: String

    init(_ result: XMLElement) throws(CodecFailure) {
      account = try result.account("Account")
      let named = try result.arn("Arn")
      guard named.account == account else {
        throw CodecFailure("<Arn> names another account than <Account>")
      }
      arn = named.text
      userId = try result.string("UserId")
    }
  }
}
