/// One thing that a caller must be allowed: the actions of a kind, on one resource.
package struct AccessNeed: Sendable, Hashable {
  /// A statement of the policy. The raw value is its `Sid`.
  package enum Kind: String, Sendable, CaseIterable {
    case keys = "KeysOfManagedUsers"
    case credentials = "CredentialsAndRecord"
    case pair = "Pair"
    case projections = "Projections"
    case group = "MembersOfGroups"
    case listing = "UsersByPath"
    case encryption = "KmsKey"
    /// What a projection holds is never read back.
    case projectionEncryption = "KmsKeyOfProjections"
    case simulation = "OnlyForCheck"
    /// What a consumer reads.
    case reading = "ReadThePublishedKey"
    case pairReading = "ReadThePair"
    case decryption = "DecryptThePublishedKey"

    package var actions: [String] {
      switch self {
      case .keys:
        [
          "iam:GetUser", "iam:ListAccessKeys", "iam:GetAccessKeyLastUsed", "iam:CreateAccessKey",
          "iam:UpdateAccessKey", "iam:DeleteAccessKey",
        ]
      case .credentials:
        ["ssm:GetParameters", "ssm:GetParameter", "ssm:GetParameterHistory", "ssm:PutParameter"]
      case .pair: ["ssm:GetParameters", "ssm:GetParameter", "ssm:PutParameter"]
      case .projections: ["ssm:GetParameters", "ssm:PutParameter"]
      case .group: ["iam:GetGroup"]
      case .listing: ["iam:ListUsers"]
      case .encryption: ["kms:Encrypt", "kms:Decrypt"]
      case .projectionEncryption: ["kms:Encrypt"]
      case .simulation: ["iam:SimulatePrincipalPolicy"]
      case .reading: ["ssm:GetParameter"]
      case .pairReading: ["ssm:GetParameter", "ssm:GetParameters"]
      case .decryption: ["kms:Decrypt"]
      }
    }
  }

  package var kind: Kind
  /// An ARN, in which `*` and `?` are wildcards; or `*`.
  package var resource: String
  /// Of a KMS key only.
  package var scope: KeyScope?

  package init(_ kind: Kind, _ resource: String, _ scope: KeyScope? = nil) {
    self.kind = kind
    self.resource = resource
    self.scope = scope
  }
}

/// What a KMS key may be used for: one parameter, and only through Parameter Store.
package struct KeyScope: Sendable, Hashable {
  /// `alias/deploy`, where the key is named by its alias: KMS's policies know keys only.
  package var alias: String?
  /// Of Parameter Store's region.
  package var services: [String]
  /// The ARN, which Parameter Store gives as the encryption context.
  package var parameter: String
  /// A customer key in the Advanced tier encrypts by a data key.
  package var usesDataKeys: Bool

  package var hasWildcard: Bool { parameter.contains("*") }
}
