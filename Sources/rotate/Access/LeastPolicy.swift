internal import Configuration
internal import AWSClient
internal import AWSPrimitives
internal import RotationExecutor
internal import RotationPlanner

/// The least policy for a configuration: whose it is, what it holds, what must be said about it.
struct LeastPolicy {
  let configuration: Configuration
  let place: AccessPlace
  let directory: any IAMDirectory
  /// Tells each user's path; nil: IAM isn't asked.
  let client: ServiceClient?
  var usesDataKeys = false
  /// Whether devices may be made, too: whoever only rotates never has to.
  var withEnrollment = false
  /// Whether sessions may be revoked, too.
  var withRevocation = false
  /// Who runs `rotate check`; nil: that isn't to be allowed.
  var principal: String?

  private(set) var findings: [Finding] = []
  private(set) var notes: [String] = []

  init(
    _ configuration: Configuration, _ place: AccessPlace, _ directory: any IAMDirectory,
    _ client: ServiceClient?
  ) {
    self.configuration = configuration
    self.place = place
    self.directory = directory
    self.client = client
  }

  private var needs: AccessNeeds { AccessNeeds(place, usesDataKeys: usesDataKeys) }

  /// For whoever runs `rotate`. `asked`: only for these; empty: for all that the configuration
  /// selects.
  mutating func documents(for asked: [String]) -> [PolicyDocument] {
    var general = telling(isPartial: !asked.isEmpty)
    var subjects: [AccessSubject] = []
    if asked.isEmpty {
      for entry in configuration.users {
        switch entry.selector.value {
        case .name: break
        case .group(let name):
          general += needs.members(of: name)
          notes.append(
            "the members of the group \(name) are listed as they are now: whoever joins needs "
              + "this policy made again")
        case .path(let path):
          general.append(needs.listing)
          subjects.append(
            AccessSubject(
              under: path, entry.settings, account: place.account, region: place.region))
          if path == "/" { notes.append("the path / selects every user of the account") }
        }
      }
    }
    subjects += managed(asked)
    var groups = subjects.map { needs.of($0) }
    if withEnrollment { addEnrollment(of: subjects, to: &groups) }
    if withRevocation {
      for (index, subject) in subjects.enumerated() {
        groups[index] += needs.revocation(of: subject)
      }
      notes.append(
        "iam:PutUserPolicy can't be limited to one policy: whoever has it can give these users any "
          + "right")
    }
    if let principal {
      general.append(needs.simulation(of: principal))
      general += subjects.flatMap { needs.deviceReading($0) }
    }
    let documents = PolicyDocument.split([general] + groups)
    if groups.joined().contains(where: { $0.scope?.alias != nil }) {
      notes.append(
        "a key that is named by an alias is found by kms:ResourceAliases: whoever may move the "
          + "alias says which key that is")
    }
    if documents.count > 1 {
      notes.append(
        "\(documents.count) policies, since IAM takes \(PolicyDocument.limit) characters in one: "
          + "attach all of them (a role takes 10, on request 20)")
    }
    return documents
  }

  /// For whoever reads what is published for one user.
  mutating func documents(
    forConsumerOf user: String, _ form: PublishedForm
  ) throws(CommandFailure) -> [PolicyDocument] {
    let subjects = managed([user])
    // Why there is none is a finding.
    guard let subject = subjects.first else { return [] }
    if form != .session, !subject.session.isEmpty {
      notes.append(
        "\(user) has an MFA session: what reads that instead of the key needs the policy of "
          + "--session")
    }
    let found = needs.reading(form, of: subject)
    guard found.isEmpty else { return PolicyDocument.split([found]) }
    if form == .session {
      throw CommandFailure(.policy(.noSession(user: user)))
    }
    throw CommandFailure(.policy(.noPair(user: user)))
  }

  /// For the credentials that assume the role which `rotate` runs as, where that takes MFA.
  mutating func documentsForOwnSeed() throws(CommandFailure) -> [PolicyDocument] {
    guard case .parameter(let name) = configuration.mfaSeed else {
      throw CommandFailure(.policy(.noSeed))
    }
    notes += [
      "these credentials also need sts:AssumeRole on the role of the profile",
      Self.unknownKey(of: [name]),
    ]
    return PolicyDocument.split([[needs.ownSeed(name)]])
  }

  /// What people are told by, with what must be said of it.
  private mutating func telling(isPartial: Bool) -> [AccessNeed] {
    let channels = configuration.notify.channels
    var secrets = channels.flatMap(\.secrets)
    if !isPartial { secrets += configuration.heartbeat?.secrets ?? [] }
    let names = secrets.compactMap(\.parameter)
    if !names.isEmpty { notes.append(Self.unknownKey(of: names)) }
    if channels.contains(where: { $0.topic != nil }) {
      notes.append(
        "a topic that a KMS key of yours encrypts takes kms:GenerateDataKey and kms:Decrypt on "
          + "that key, too")
    }
    if case .parameter(let name) = configuration.mfaSeed {
      notes.append(
        "\(name) is read by the credentials that assume the role, before it acts: their policy is "
          + "that of --own-seed")
    }
    return configuration.tellingNeeds(needs, isPartial: isPartial).map(\.need)
  }

  private static func unknownKey(of names: [String]) -> String {
    let names = Set(names).sorted()
    return "the configuration doesn't say what encrypts \(names.joined(separator: ", ")): if it is "
      + "a KMS key of yours, kms:Decrypt on it is needed, too"
  }

  private mutating func addEnrollment(of subjects: [AccessSubject], to groups: inout [[AccessNeed]])
  {
    if subjects.allSatisfy(\.session.isEmpty) {
      notes.append("nobody has a `session` in the configuration, so there is nothing to enroll")
    }
    for (index, subject) in subjects.enumerated() where !subject.session.isEmpty {
      let found = needs.enrollment(of: subject)
      groups[index] += found
      guard found.isEmpty else { continue }
      notes.append(
        "no device is made for \(subject.users[0]): its `mfaSerial` would have to be a virtual "
          + "device of this account, and its `totpSeed` a parameter")
    }
  }

  /// Everybody who has a name: of the entries by name, the groups, or those who were asked for.
  private mutating func managed(_ asked: [String]) -> [AccessSubject] {
    var named = configuration
    // Whom the paths select now says nothing about whom they will.
    if asked.isEmpty { named.users.removeAll { $0.selector.value.isPath } }
    guard !named.users.isEmpty || !asked.isEmpty else { return [] }
    let selection = UserSelection(
      asked, configuration: named, region: place.region, account: place.account,
      directory: directory)
    findings += selection.findings
    guard let client else { return selection.users.map { AccessSubject($0, path: nil) } }
    let replies = client.run(selection.users.map { Call(IAM.getUser(userName: $0.name)) })
    return zip(selection.users, replies).map { subject(of: $0, $1) }
  }

  /// With IAM's path and IAM's spelling: a policy's resources are told apart by case.
  private mutating func subject(
    of user: ManagedUser, _ reply: Result<Reply<IAM.User>, AWSFailure>
  ) -> AccessSubject {
    switch reply {
    case .success(let found):
      let name = found.output.userName
      guard name != user.name, let respelled = user.respelled?(name) else {
        return AccessSubject(user, path: found.output.path)
      }
      notes.append(
        "IAM spells \(user.name) as \(name), and so do the names in the policy; where a run says "
          + "that its parameters stay under \(user.commonPath), write that as its `parameterPath` first"
      )
      return AccessSubject(respelled, path: found.output.path)
    case .failure(let failure):
      notes.append(
        "the path of \(user.name) is unknown, so any is allowed "
          + "(\(failure.operation): \(failure.code ?? failure.message))")
      return AccessSubject(user, path: nil)
    }
  }
}

extension UserEntry.Selector {
  fileprivate var isPath: Bool { if case .path = self { true } else { false } }
}

extension AWSSession {
  static func isPrincipal(_ arn: String) -> Bool {
    guard let found = ARN(arn), found.service == "iam" else { return false }
    return ["role/", "user/"].contains { found.resource.hasPrefix($0) } && !arn.contains("*")
      && !arn.contains("\"")
  }

  /// The identity whose policies decide: for a role's session, the role. Its path isn't known then;
  /// nil where policies aren't what decides.
  static func principal(of arn: String) -> String? {
    guard let found = ARN(arn) else { return nil }
    let levels = found.levels
    if found.service == "iam", levels[0] == "user", levels.count > 1 { return arn }
    guard found.service == "sts", levels.count > 2, levels[0] == "assumed-role" else { return nil }
    return "arn:\(found.partition):iam::\(found.account):role/\(levels[1])"
  }
}
