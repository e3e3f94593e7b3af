import AWSPrimitives
import Testing

@Suite struct ARNTests {
  @Test func parts() throws {
    let user = try #require(ARN("arn:aws:iam::111122223333:user/path/name"))
    #expect(user.partition == "aws" && user.service == "iam" && user.region.isEmpty)
    #expect(user.account == "111122223333" && user.hasAccount)
    #expect(user.resource == "user/path/name" && user.levels == ["user", "path", "name"])
    let secret = try #require(ARN("arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:a:b"))
    #expect(secret.region == "cn-north-1" && secret.resource == "secret:a:b")
  }

  @Test(arguments: ["", "arn", "arn:aws:iam::1:", "arn:aws:iam::user/x", "aws:arn:iam::1:user/x"])
  func noARN(_ text: String) { #expect(ARN(text) == nil) }

  @Test(arguments: ["", "11112222333", "1111222233334", "11112222333x", "１１１１２２２２３３３３"])
  func noAccount(_ text: String) { #expect(!ARN.isAccount(text)) }
}
