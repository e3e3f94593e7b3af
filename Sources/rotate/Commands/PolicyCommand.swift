internal import Reports
internal import Configuration
internal import AWSClient
internal import ArgumentParser
internal import RotationExecutor
internal import RotationPlanner

struct PolicyCommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case json, terraform
  }

  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Print the least IAM policy that this configuration needs.",
    usage: "rotate policy [--user <name> ...] [--format json|terraform] [options]",
    discussion: """
      The account and the paths of the users are asked of AWS. With --account nothing is asked, so \
      that no credentials are needed; the members of a group can't be known then.

      It holds all that the configuration asks for: keys, parameters, sessions and their seeds, \
      topics, the parameters with the secrets of channels. Whoever only rotates never has to make \
      an MFA device, nor to revoke sessions, nor to ask IAM: what that takes is added by \
      --with-enrollment, --with-revocation and --with-check.

      sts:GetCallerIdentity, by which new keys are proven, and sts:GetSessionToken, which users' own \
      keys sign, need no permission. Without kmsKeyId, nothing of KMS does. What isn't a policy is \
      told on standard error.

      EXAMPLES
        rotate policy > policy.json
        rotate policy --user deployer --account 111122223333 --region eu-west-1
        rotate policy --format terraform > rotate.tf
        rotate policy --consumer deployer     for what reads deployer's key
        rotate policy --user deployer --with-enrollment
      """)

  @OptionGroup var users: UserOptions

  @Option(
    help: ArgumentHelp(
      "Instead, the policy of whatever reads this user's published key.", valueName: "user"),
    completion: .namedUsers)
  var consumer: String?

  @Flag(help: "With --consumer: of what reads the two parameters instead of the one.")
  var pair = false

  @Flag(help: "With --consumer: of what reads the MFA session instead of the key.")
  var session = false

  @Flag(
    help: ArgumentHelp(
      "Instead, the policy of the credentials that assume the role of rotate's own profile, where "
        + "they read the seed of its device (mfa.totpSeed)."))
  var ownSeed = false

  @Option(help: "JSON for IAM, or Terraform resources.")
  var format = Format.json

  @Option(
    help: ArgumentHelp("The account's twelve digits; AWS isn't asked then.", valueName: "id"))
  var account: String?

  @Flag(help: "Also allow rotate mfa enroll: making the users' devices and keeping their seeds.")
  var withEnrollment = false

  @Flag(
    help: ArgumentHelp(
      "Also allow --revoke-sessions: putting inline policies on the managed users. IAM can't limit "
        + "that to one policy, so whoever has it can give these users any right."))
  var withRevocation = false

  @Flag(
    help: ArgumentHelp(
      "Also allow what rotate check can use: asking IAM what its own identity may do, and which MFA "
        + "devices the users have."))
  var withCheck = false

  @Option(
    help: ArgumentHelp(
      "The role or user that runs rotate, for --with-check (default: who asks now).",
      valueName: "arn"))
  var principal: String?

  @Flag(help: "The account's parameters are of the Advanced tier by default.")
  var advancedTier = false

  @Option(help: ArgumentHelp("Of several policies, only this one.", valueName: "number"))
  var part: Int?

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if let account, account.utf8.count != 12 || !account.allSatisfy({ $0.isASCII && $0.isNumber }) {
      throw ValidationError("--account \(account): an account is twelve digits")
    }
    if let consumer { try UserOptions.check(consumer) }
    let others = [("--consumer", consumer != nil), ("--own-seed", ownSeed)]
    for (flag, isGiven) in others where isGiven {
      guard users.names.isEmpty, !withCheck, !withEnrollment, !withRevocation else {
        throw ValidationError("\(flag) stands alone: it is another policy")
      }
    }
    if ownSeed, consumer != nil { throw ValidationError("--own-seed and --consumer: which one?") }
    for (flag, isGiven) in [("--pair", pair), ("--session", session)] where isGiven {
      guard consumer != nil else { throw ValidationError("\(flag) goes with --consumer") }
    }
    if pair, session { throw ValidationError("--pair and --session: a consumer reads one of them") }
    if withCheck, account != nil, principal == nil {
      throw ValidationError("--with-check needs --principal where AWS isn't asked")
    }
    if let principal {
      guard withCheck else { throw ValidationError("--principal goes with --with-check") }
      guard AWSSession.isPrincipal(principal) else {
        throw ValidationError(
          "--principal \(principal): name a role or a user, such as "
            + "arn:aws:iam::111122223333:role/rotate")
      }
    }
  }

  func run() throws {
    let configuration = try connection.loadConfiguration()
    let asked = consumer.map { [$0] } ?? users.names
    guard configuration.file != nil || !asked.isEmpty else {
      throw ValidationError("for whom? Name a user (--user deployer), or a configuration")
    }
    do throws(CommandFailure) {
      var policy = try prepared(configuration)
      let documents =
        if ownSeed {
          try policy.documentsForOwnSeed()
        } else if let consumer {
          try policy.documents(
            forConsumerOf: consumer, session ? .session : pair ? .pair : .credentials)
        } else {
          policy.documents(for: asked)
        }
      // Below the policy, which would else scroll them away.
      defer { tell(policy.notes) }
      if let finding = policy.findings.first(where: { $0.severity == .failed }) {
        // Half a policy would be taken for a whole one.
        throw CommandFailure(finding)
      }
      try show(documents)
    } catch { throw error.shown() }
  }

  private func prepared(_ configuration: Configuration) throws(CommandFailure) -> LeastPolicy {
    if let account {
      guard let region = regionWithoutAWS(configuration) else {
        throw CommandFailure(.policy(.noRegion))
      }
      var policy = LeastPolicy(
        configuration, AccessPlace(account: account, region: region), OfflineDirectory(), nil)
      policy.usesDataKeys = advancedTier
      policy.withEnrollment = withEnrollment
      policy.withRevocation = withRevocation
      policy.principal = principal
      return policy
    }
    let session = try connection.session(configuration)
    let client = session.makeClient()
    let identity = try session.identity(client)
    var policy = LeastPolicy(
      configuration, AccessPlace(account: identity.account, region: session.region),
      AWSDirectory(client), client)
    policy.usesDataKeys = advancedTier
    policy.withEnrollment = withEnrollment
    policy.withRevocation = withRevocation
    guard withCheck else { return policy }
    policy.principal = principal ?? AWSSession.principal(of: identity.arn)
    guard policy.principal != nil else {
      throw CommandFailure(.policy(.noPrincipal(arn: identity.arn)))
    }
    return policy
  }

  private func regionWithoutAWS(_ configuration: Configuration) -> String? {
    let variables = ["AWS_REGION", "AWS_DEFAULT_REGION"].map { ConnectionOptions.environment[$0] }
    return ([connection.region, configuration.region] + variables)
      .compactMap { $0?.trimmingBlanks }.first { !$0.isEmpty }
  }

  private func tell(_ notes: [String]) {
    let style = TextStyle(descriptor: 2, environment: ConnectionOptions.environment)
    for note in notes { Console.error(style.wrap("rotate: note: \(note)", indent: 2)) }
  }

  private func show(_ documents: [PolicyDocument]) throws(CommandFailure) {
    var documents = documents
    var first = 1
    if let part {
      guard documents.indices.contains(part - 1) else {
        throw CommandFailure(.policy(.noPart(part, of: documents.count)))
      }
      (documents, first) = ([documents[part - 1]], part)
    }
    switch format {
    case .json:
      let isOne = documents.count == 1
      Console.out(
        (isOne ? documents[0].value : .list(documents.map(\.value))).json() + "\n")
    case .terraform:
      let resources = documents.enumerated().map { index, document in
        document.terraform(number: first + index)
      }
      Console.out(resources.joined(separator: "\n"))
    }
  }
}

extension PolicyDocument {
  /// A resource `aws_iam_policy`, named `rotate`, `rotate_2`, …
  func terraform(number: Int) -> String {
    let suffix = number > 1 ? "\(number)" : ""
    return """
      resource "aws_iam_policy" "rotate\(suffix.isEmpty ? "" : "_" + suffix)" {
        name = "rotate\(suffix.isEmpty ? "" : "-" + suffix)"
        policy = jsonencode(\(value.terraform(indent: "  ")))
      }

      """
  }
}
