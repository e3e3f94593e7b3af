/// The name of something in AWS, `arn:partition:service:region:account:resource`
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
///
/// What each part may hold is its service's affair; here only the form is known.
package struct ARN: Sendable, Equatable {
  package var partition: String
  package var service: String
  /// Empty for what is global.
  package var region: String
  /// Empty where the service has no accounts in its names.
  package var account: String
  /// `user/path/name`, `key/…`, a topic's name. Not empty, and it may hold colons.
  package var resource: String

  /// Nil where the text hasn't the form of one.
  package init?(_ text: some StringProtocol) {
    let parts = Substring(text).split(
      separator: ":", maxSplits: 5, omittingEmptySubsequences: false
    )
    .map(String.init)
    guard parts.count == 6, parts[0] == "arn", !parts[5].isEmpty else { return nil }
    (partition, service, region, account, resource) = (
      parts[1], parts[2], parts[3], parts[4], parts[5]
    )
  }

  /// Whether the account is twelve digits.
  package var hasAccount: Bool { Self.isAccount(account) }

  /// The resource's levels, as `/` separates them.
  package var levels: [Substring] {
    resource.split(separator: "/", omittingEmptySubsequences: false)
  }

  package static func isAccount(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 12 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
