package import RotationPlanner

/// One managed user with all that the configuration says about it.
package struct ManagedUser: Sendable, Equatable {
  package var name: String
  package var policy: Policy
  /// The names of the parameters, complete.
  package var credentials: String
  package var record: String
  /// For a SecureString; nil: AWS's own key for Parameter Store.
  package var kmsKeyId: String?
  /// Of the pair, where there is one, the id first; then all others.
  package var pair: [ParameterProjection]
  package var projections: [Projection]
  package var verification: Verification
  /// Other regions that the settings at hand name. Before a first publication it is made sure that
  /// the user isn't published there: who runs with the wrong region must not retire that key.
  package var otherRegions: [String] = []
  /// Nil for a user without MFA sessions.
  package var session: SessionSettings?
  /// The same user where IAM spells its name in another case. Nil: the name is IAM's spelling.
  package var respelled: Respelling?

  package init(
    name: String, policy: Policy, credentials: String, record: String, kmsKeyId: String? = nil,
    pair: [ParameterProjection] = [], projections: [Projection] = [],
    verification: Verification = Verification()
  ) {
    self.name = name
    self.policy = policy
    self.credentials = credentials
    self.record = record
    self.kmsKeyId = kmsKeyId
    self.pair = pair
    self.projections = projections
    self.verification = verification
  }

  /// A user on the defaults of the parameter path `/deploy/{user}`, its parts resolved.
  package init(
    name: String, path: String, policy: Policy = Policy(), kmsKeyId: String? = nil,
    withPair: Bool = true, projections: [Projection] = [],
    verification: Verification = Verification()
  ) {
    let pair: [ParameterProjection] = [
      // Where it exists as a SecureString already, it stays one.
      ParameterProjection(
        place: ParameterPlace("\(path)/AWS_ACCESS_KEY_ID"), format: .accessKeyId,
        kmsKeyId: kmsKeyId),
      ParameterProjection(
        place: ParameterPlace("\(path)/AWS_SECRET_ACCESS_KEY"), format: .secretAccessKey,
        kmsKeyId: kmsKeyId),
    ]
    self.init(
      name: name, policy: policy, credentials: "\(path)/credentials", record: "\(path)/record",
      kmsKeyId: kmsKeyId, pair: withPair ? pair : [], projections: projections,
      verification: verification)
  }

  /// Under which its parameters stand.
  package var commonPath: String { String(credentials.dropLast("/credentials".count)) }

  /// The versions of the projections that are configured, as a record tells them. What a record says
  /// of others is left out, or it would only ever grow.
  func written(in document: RecordDocument?) -> [String: Int] {
    let all = document?.projections ?? [:]
    var versions: [String: Int] = [:]
    for case .parameter(let parameter) in allProjections {
      versions[parameter.recordKey] = all[parameter.recordKey] ?? all[parameter.fullName]
    }
    return versions
  }

  /// Everything that shows the published key, besides `credentials`.
  package var allProjections: [Projection] { pair.map { .parameter($0) } + projections }
}

extension ManagedUser {
  private func copies(_ kinds: [ParameterPlace: Parameter.Kind])
    -> [(copy: ParameterProjection, isMisfit: Bool)]
  {
    allProjections.compactMap { projection in
      guard case .parameter(let copy) = projection else { return nil }
      return (copy, copy.kind(standing: kinds[copy.place]) == nil)
    }
  }

  /// The parameters that exist in a type in which they can't be given what belongs there.
  func misfits(_ kinds: [ParameterPlace: Parameter.Kind]) -> [Misfit] {
    var result: [Misfit] = []
    func expectSecure(_ part: Misfit.Part, _ place: ParameterPlace) {
      guard let kind = kinds[place], kind != .secureString else { return }
      result.append(Misfit(part, name: place.name, region: place.region, type: kind.rawValue))
    }
    expectSecure(.credentials, ParameterPlace(credentials))
    if let session { expectSecure(.session, ParameterPlace(session.parameter)) }
    for (copy, isMisfit) in copies(kinds) where isMisfit {
      expectSecure(pair.contains(copy) ? .pair : .projection, copy.place)
    }
    return result
  }

  /// The names of the copies that can't be written. Of a pair both halves or none: one new and one
  /// old half are no key.
  func unwritableCopies(_ kinds: [ParameterPlace: Parameter.Kind]) -> Set<String> {
    var result = Set(copies(kinds).filter(\.isMisfit).map(\.copy.name))
    if pair.contains(where: { result.contains($0.name) }) { result.formUnion(pair.map(\.name)) }
    return result
  }
}

/// How a new key is proven before it is published.
package struct Verification: Sendable, Hashable {
  /// Where consumers use it; empty: in the client's region.
  package var regions: [String]
  /// How many in a row, since visibility is not monotonic. At least 1.
  package var successes: Int
  /// Between two tries.
  package var interval: Duration
  /// After which the new key is given up.
  package var timeout: Duration

  package init(
    regions: [String] = [], successes: Int = 3, interval: Duration = .seconds(1),
    timeout: Duration = .seconds(120)
  ) {
    self.regions = regions
    self.successes = successes
    self.interval = interval
    self.timeout = timeout
  }
}
