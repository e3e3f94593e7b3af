import Testing

/// What AWS says when it denies, in the forms of IAM's user guide ("Troubleshoot access denied error
/// messages") and of AWS's announcement of policy ARNs in them; and what the advice must name.
enum Denials {
  struct Case: Sendable, CustomTestStringConvertible {
    var message: String
    var words: [String]
    var testDescription: String { message }
  }

  private static let user =
    "User: arn:aws:iam::777788889999:user/JohnDoe is not authorized to perform: "
  private static let put =
    "ssm:PutParameter on resource: arn:aws:ssm:eu-west-1:777788889999:parameter/d"

  static let all: [Case] = [
    Case(
      message: user + "codecommit:ListRepositories because no service control policy allows the "
        + "codecommit:ListRepositories action",
      words: ["No service control policy", "allows codecommit:ListRepositories", "organization"]),
    Case(
      message: user + put + " with an explicit deny in a service control policy",
      words: ["service control policy", "denies ssm:PutParameter on arn:aws:ssm", "organization"]),
    Case(
      message: user + put + " with an explicit deny in a service control policy: "
        + "arn:aws:organizations::987654321098:policy/o-qv5af4abcd/service_control_policy/p-2kgnabcd",
      words: [
        "(arn:aws:organizations::987654321098:policy/o-qv5af4abcd/service_control_policy/p-2k"
      ]),
    Case(
      message: user
        + "secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:x:1:secret:y "
        + "with an explicit deny in a resource control policy",
      words: ["resource control policy of the organization", "secretsmanager:GetSecretValue"]),
    Case(
      message: user + "codecommit:ListRepositories because no VPC endpoint policy allows the "
        + "codecommit:ListRepositories action",
      words: ["VPC endpoint", "doesn't allow codecommit:ListRepositories"]),
    Case(
      message: user + "codedeploy:ListDeployments on resource: arn:aws:codedeploy:x:1:y with an "
        + "explicit deny in a VPC endpoint policy",
      words: ["VPC endpoint", "denies codedeploy:ListDeployments"]),
    Case(
      message: user + put + " because no permissions boundary allows the ssm:PutParameter action",
      words: ["permissions boundary doesn't allow ssm:PutParameter"]),
    Case(
      message: user + put + " with an explicit deny in a permissions boundary",
      words: ["permissions boundary denies ssm:PutParameter"]),
    Case(
      message: user + put + " because no session policy allows the ssm:PutParameter action",
      words: ["session policy", "doesn't allow ssm:PutParameter"]),
    Case(
      message: user + put + " with an explicit deny in a session policy",
      words: ["session policy", "denies ssm:PutParameter"]),
    Case(
      message: user + "secretsmanager:GetSecretValue because no resource-based policy allows the "
        + "secretsmanager:GetSecretValue action",
      words: ["policy of the resource doesn't allow secretsmanager:GetSecretValue"]),
    Case(
      message: user
        + "kms:Decrypt on resource: arn:aws:kms:x:1:key/k because no resource-based policy "
        + "allows the kms:Decrypt action",
      words: ["key policy of arn:aws:kms:x:1:key/k doesn't allow kms:Decrypt"]),
    Case(
      message: user
        + "sts:AssumeRole because no role trust policy allows the sts:AssumeRole action",
      words: ["trust policy doesn't allow sts:AssumeRole"]),
    Case(
      message: user + "sts:AssumeRole with an explicit deny in the role trust policy.",
      words: ["trust policy denies sts:AssumeRole"]),
    Case(
      message: user + put + " because no identity-based policy allows the ssm:PutParameter action",
      words: [
        "Allow ssm:PutParameter on arn:aws:ssm:eu-west-1:777788889999:parameter/d in a policy"
      ]),
    Case(
      message: user + put + " with an explicit deny in an identity-based policy: "
        + "arn:aws:iam::123456789012:policy/ExampleDenyPolicy. Go to https://example.com/",
      words: ["(arn:aws:iam::123456789012:policy/ExampleDenyPolicy) denies", "Deny wins"]),
    Case(message: user + put, words: ["Allow ssm:PutParameter on arn:aws:ssm"]),
    Case(
      message: user + put + " with an explicit deny",
      words: ["Remove the Deny of ssm:PutParameter on"]),
    // Parameter Store passes on what KMS said.
    Case(
      message: user
        + "kms:GenerateDataKey on resource: arn:aws:kms:eu-west-1:777788889999:key/k because "
        + "no identity-based policy allows the kms:GenerateDataKey action (Service: AWSKMS; Status "
        + "Code: 400; Error Code: AccessDeniedException; Request ID: r; Proxy: null)",
      words: [
        "Allow kms:GenerateDataKey on arn:aws:kms:eu-west-1:777788889999:key/k", "key's own policy",
      ]),
    Case(message: "Access Denied", words: ["ListAccessKeys", "in the policy of the caller"]),
    Case(message: "not authorized to perform: ", words: ["ListAccessKeys"]),
    Case(message: "not authorized to perform: rm -rf:x on resource: y", words: ["ListAccessKeys"]),
  ]
}
