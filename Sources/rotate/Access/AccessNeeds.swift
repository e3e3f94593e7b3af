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
      + (subject.credentials + subject.pair).compactMap { key(.encryption, $0) }
      + subject.projections.compactMap { key(.projectionEncryption, $0) }
  }

  /// For reading the published key: in one value, or the pair.
  package func reading(_ subject: AccessSubject, pair: Bool) -> [AccessNeed] {
    let names = pair ? subject.pair : subject.credentials
    return needs(pair ? .pairReading : .reading, names)
      + names.compactMap { key(.decryption, $0) }
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
    let parts = id.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    let isARN = parts.count == 6 && parts[0] == "arn"
    let resource = isARN ? String(parts[5]) : id
    let isAlias = resource.hasPrefix("alias/")
    let keyName = resource.hasPrefix("key/") ? String(resource.dropFirst(4)) : resource
    return AccessNeed(
      kind,
      isARN && !isAlias
        ? id
        : place.key(
          isAlias ? "*" : keyName, region: isARN ? String(parts[3]) : region,
          account: isARN ? String(parts[4]) : nil),
      KeyScope(
        alias: isAlias ? resource : nil, services: AccessPlace.parameterStore(in: region),
        parameter: place.parameter(name.text, region: name.region),
        usesDataKeys: usesDataKeys && kind != .decryption))
  }
}
