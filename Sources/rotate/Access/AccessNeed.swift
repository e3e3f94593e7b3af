/// One thing that a caller must be allowed: the actions of a kind, on one resource.
package struct AccessNeed: Sendable, Hashable {
  /// A statement of the policy. The raw value is its `Sid`.
  package enum Kind: String, Sendable, CaseIterable {
    case keys = "KeysOfManagedUsers"
    case credentials = "CredentialsAndRecord"
    case pair = "Pair"
    case projections = "Projections"
    /// What holds the temporary credentials of users with MFA sessions.
    case sessions = "Sessions"
    case seeds = "SeedsOfDevices"
    case topics = "TellTopics"
    /// Of channels, and of the heartbeat.
    case tellingSecrets = "SecretsOfTelling"
    case group = "MembersOfGroups"
    case listing = "UsersByPath"
    case encryption = "KmsKey"
    /// What a projection holds is never read back.
    case projectionEncryption = "KmsKeyOfProjections"
    /// A rotation never writes a seed.
    case seedDecryption = "KmsKeyOfSeeds"
    /// An unassigned device of an interrupted run is deleted again.
    case devices = "DevicesOnlyForEnrollment"
    case enabling = "EnableOnlyForEnrollment"
    case deviceListing = "ListOnlyForEnrollment"
    case newSeeds = "SeedsOnlyForEnrollment"
    case newSeedEncryption = "KmsKeyOnlyForEnrollment"
    case revocation = "PoliciesOnlyForRevocation"
    case simulation = "OnlyForCheck"
    case deviceReading = "DevicesOnlyForCheck"
    /// What a consumer reads.
    case reading = "ReadThePublishedKey"
    case pairReading = "ReadThePair"
    case sessionReading = "ReadTheSession"
    case decryption = "DecryptThePublishedKey"
    case sessionDecryption = "DecryptTheSession"

    package var actions: [String] {
      switch self {
      case .keys:
        [
          "iam:GetUser", "iam:ListAccessKeys", "iam:GetAccessKeyLastUsed", "iam:CreateAccessKey",
          "iam:UpdateAccessKey", "iam:DeleteAccessKey",
        ]
      case .credentials:
        ["ssm:GetParameters", "ssm:GetParameter", "ssm:GetParameterHistory", "ssm:PutParameter"]
      case .pair, .sessions: ["ssm:GetParameters", "ssm:GetParameter", "ssm:PutParameter"]
      case .projections: ["ssm:GetParameters", "ssm:PutParameter"]
      case .seeds, .tellingSecrets, .reading, .sessionReading: ["ssm:GetParameter"]
      case .topics: ["sns:Publish"]
      case .group: ["iam:GetGroup"]
      case .listing: ["iam:ListUsers"]
      case .encryption: ["kms:Encrypt", "kms:Decrypt"]
      case .projectionEncryption, .newSeedEncryption: ["kms:Encrypt"]
      case .seedDecryption, .decryption, .sessionDecryption: ["kms:Decrypt"]
      case .devices: ["iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice"]
      case .enabling: ["iam:EnableMFADevice"]
      case .deviceListing: ["iam:ListVirtualMFADevices"]
      case .newSeeds: ["ssm:PutParameter"]
      case .revocation:
        ["iam:GetUserPolicy", "iam:PutUserPolicy", "iam:DeleteUserPolicy"]
      case .simulation: ["iam:SimulatePrincipalPolicy"]
      case .deviceReading: ["iam:ListMFADevices"]
      case .pairReading: ["ssm:GetParameter", "ssm:GetParameters"]
      }
    }

    /// Whether a key encrypts for it: in the Advanced tier by a data key.
    package var encrypts: Bool { actions.contains("kms:Encrypt") }
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
