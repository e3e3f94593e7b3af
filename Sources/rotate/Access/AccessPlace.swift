internal import AWSClient

/// The account and the region that a policy is for: what ARNs are made of.
package struct AccessPlace: Sendable, Equatable {
  package var account: String
  package var region: String

  package init(account: String, region: String) {
    self.account = account
    self.region = region
  }

  /// `aws`, `aws-cn`, `aws-us-gov`…
  package var partition: String { Partition.of(region: region).id }

  /// `resource` is `user/deployer`, `group/ci`.
  package func iam(_ resource: String) -> String { "arn:\(partition):iam::\(account):\(resource)" }

  /// A parameter's name begins with `/`, which is the separator too.
  package func parameter(_ name: String, region other: String? = nil) -> String {
    "arn:\(partition):ssm:\(other ?? region):\(account):parameter\(name)"
  }

  package func key(_ id: String, region: String, account other: String? = nil) -> String {
    "arn:\(partition):kms:\(region):\(other ?? account):key/\(id)"
  }

  /// How KMS names Parameter Store as the service that asks on the caller's behalf. The documents
  /// of AWS give the first form; where a partition has a suffix of its own, that one is allowed too,
  /// since a value that no service sends allows nothing.
  package static func parameterStore(in region: String) -> [String] {
    let suffix = Partition.of(region: region).dnsSuffix
    return ["ssm.\(region).amazonaws.com"]
      + (suffix == "amazonaws.com" ? [] : ["ssm.\(region).\(suffix)"])
  }
}
