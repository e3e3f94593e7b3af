internal import AWSPrimitives

/// What `rotate` needs to be allowed, and no more. The policy is made of it, and `rotate check` asks
/// IAM about it.
package struct AccessNeeds: Sendable {
  private let place: AccessPlace
  /// Where the account's parameters are of the Advanced tier by default.
  private let usesDataKeys: Bool

  package init(_ place: AccessPlace, usesDataKeys: Bool = false) {
    self.place = place
    self.usesDataKeys = usesDataKeys
  }

  /// For everything that a run can have to do for one user.
  package func of(_ subject: AccessSubject) -> [AccessNeed] {
    subject.users.map { AccessNeed(.keys, place.iam($0)) }
      + needs(.credentials, subject.credentials + subject.record)
      + needs(.pair, subject.pair) + needs(.projections, subject.projections)
      + needs(.sessions, subject.session) + needs(.seeds, subject.seed)
      + (subject.credentials + subject.pair + subject.session)
      .compactMap { key(.encryption, $0) }
      + subject.projections.compactMap { key(.projectionEncryption, $0) }
      + subject.seed.compactMap { key(.seedDecryption, $0) }
  }

  /// For `rotate mfa enroll`, beside what is needed for the user anyway. None where it can't make the
  /// device, or has no parameter for the seed.
  package func enrollment(of subject: AccessSubject) -> [AccessNeed] {
    let devices = subject.devices.filter { MFADeviceName($0)?.account == place.account }
    guard !devices.isEmpty, !subject.seed.isEmpty else { return [] }
    return devices.map { AccessNeed(.devices, $0) }
      + subject.users.map { AccessNeed(.enabling, place.iam($0)) }
      + [AccessNeed(.deviceListing, "*")] + needs(.newSeeds, subject.seed)
      + subject.seed.compactMap { key(.newSeedEncryption, $0) }
  }

  /// For `--revoke-sessions`.
  package func revocation(of subject: AccessSubject) -> [AccessNeed] {
    subject.users.map { AccessNeed(.revocation, place.iam($0)) }
  }

  /// For telling people, and the heartbeat.
  package enum Telling {
    /// The ARN of SNS.
    case topic(String)
    /// The parameter that holds a URL or a key. What encrypts it isn't in the configuration.
    case secret(String)
  }

  package func telling(_ what: Telling) -> AccessNeed {
    switch what {
    case .topic(let arn): AccessNeed(.topics, arn)
    case .secret(let name): AccessNeed(.tellingSecrets, place.parameter(name))
    }
  }

  /// For `rotate check`: whether the devices of sessions are enabled.
  package func deviceReading(_ subject: AccessSubject) -> [AccessNeed] {
    subject.session.isEmpty ? [] : subject.users.map { AccessNeed(.deviceReading, place.iam($0)) }
  }

  /// For reading a seed that is no user's: the program's own.
  package func ownSeed(_ name: String) -> AccessNeed {
    AccessNeed(.seeds, place.parameter(name))
  }

  /// For reading what consumers read.
  package func reading(_ form: PublishedForm, of subject: AccessSubject) -> [AccessNeed] {
    switch form {
    case .credentials: reading(.reading, .decryption, subject.credentials)
    case .pair: reading(.pairReading, .decryption, subject.pair)
    case .session: reading(.sessionReading, .sessionDecryption, subject.session)
    }
  }

  private func reading(
    _ kind: AccessNeed.Kind, _ decryption: AccessNeed.Kind, _ names: [AccessSubject.Name]
  ) -> [AccessNeed] {
    needs(kind, names) + names.compactMap { key(decryption, $0) }
  }

  /// For finding the members of a group, whatever its path: no two groups have one name.
  package func members(of group: String) -> [AccessNeed] {
    ["group/\(group)", "group/*/\(group)"].map { AccessNeed(.group, place.iam($0)) }
  }

  /// For finding the users under a path: IAM knows no resource for it.
  package var listing: AccessNeed { AccessNeed(.listing, "*") }

  /// For asking IAM what the caller itself may do.
  package func simulation(of principal: String) -> AccessNeed { AccessNeed(.simulation, principal) }

  private func needs(_ kind: AccessNeed.Kind, _ names: [AccessSubject.Name]) -> [AccessNeed] {
    names.map { AccessNeed(kind, place.parameter($0.text, region: $0.region)) }
  }

  /// AWS's own key, by default or by its alias, may be used by whoever may use the parameter.
  private func key(_ kind: AccessNeed.Kind, _ name: AccessSubject.Name) -> AccessNeed? {
    guard name.isSecret, let id = name.kmsKeyId, !id.hasSuffix("alias/aws/ssm") else { return nil }
    let region = name.region ?? place.region
    let arn = ARN(id)
    let resource = arn?.resource ?? id
    let isAlias = resource.hasPrefix("alias/")
    let keyName = resource.hasPrefix("key/") ? String(resource.dropFirst(4)) : resource
    return AccessNeed(
      kind,
      arn != nil && !isAlias
        ? id
        : place.key(
          isAlias ? "*" : keyName, region: arn?.region ?? region, account: arn?.account),
      KeyScope(
        alias: isAlias ? resource : nil, services: AccessPlace.parameterStore(in: region),
        parameter: place.parameter(name.text, region: name.region),
        usesDataKeys: usesDataKeys && kind.encrypts))
  }
}
