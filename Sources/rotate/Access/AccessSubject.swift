package import Configuration
package import RotationExecutor

/// A managed user, or a pattern that stands for several, with everything that is its own.
package struct AccessSubject: Sendable {
  /// A parameter.
  package struct Name: Sendable, Hashable {
    package var text: String
    /// Nil: the client's.
    package var region: String?
    /// Whether it is a SecureString.
    package var isSecret: Bool
    /// Nil: AWS's own key for Parameter Store.
    package var kmsKeyId: String?
  }

  /// `user/deployer`, `user/deploy/*`.
  package var users: [String]
  package var credentials: [Name]
  package var record: [Name]
  package var pair: [Name]
  package var projections: [Name]
  /// Of an MFA session: where it is published, where its seed is kept, whose codes it takes (a
  /// device's ARN or number).
  package var session: [Name] = []
  package var seed: [Name] = []
  package var devices: [String] = []

  /// One user. `path` is IAM's, `/` or `/team/`; nil: unknown, so any, since no two users have one
  /// name.
  package init(_ managed: ManagedUser, path: String?) {
    users = (path.map { [$0] } ?? ["/", "/*/"]).map { "user\($0)\(managed.name)" }
    credentials = [
      Name(text: managed.credentials, isSecret: true, kmsKeyId: managed.kmsKeyId)
    ]
    record = [Name(text: managed.record, isSecret: false)]
    pair = managed.pair.map { Name($0) }
    projections = managed.projections.compactMap { projection in
      if case .parameter(let parameter) = projection { Name(parameter) } else { nil }
    }
    guard let settings = managed.session else { return }
    session = [Name(text: settings.parameter, isSecret: true, kmsKeyId: managed.kmsKeyId)]
    devices = [settings.mfaSerial]
    if case .parameter(let name) = settings.seed {
      seed = [Name(text: name, isSecret: true, kmsKeyId: managed.kmsKeyId)]
    }
  }

  /// All users under an IAM path, which begins and ends with `/`.
  package init(
    under prefix: String, _ settings: UserSettings, account: String, region: String
  ) {
    func names(
      _ text: String, secret: Bool, key: String?, region: String? = nil
    ) -> [Name] {
      Self.patterns(text, under: prefix, account: account).map {
        Name(text: $0, region: region, isSecret: secret, kmsKeyId: secret ? key : nil)
      }
    }
    let base = settings.parameterPath?.value ?? UserSettings.defaultPath
    let key = settings.kmsKeyId?.value
    users = ["user\(prefix)*"]
    credentials = names("\(base)/credentials", secret: true, key: key)
    record = names("\(base)/record", secret: false, key: nil)
    pair = []
    if settings.pair?.value ?? true {
      pair = names("\(base)/AWS_ACCESS_KEY_ID", secret: false, key: nil)
      pair += names("\(base)/AWS_SECRET_ACCESS_KEY", secret: true, key: key)
    }
    projections = (settings.projections?.value ?? []).flatMap { projection -> [Name] in
      guard case .parameter(let name, let other, let own) = projection.target else { return [] }
      let text = name.value.hasPrefix("/") ? name.value : "\(base)/\(name.value)"
      return names(
        text, secret: projection.format.isSecret, key: own?.value ?? key,
        region: other == region ? nil : other)
    }
    guard let entry = settings.session?.value else { return }
    session = names("\(base)/session", secret: true, key: key)
    devices = Self.patterns(entry.mfaSerial, under: prefix, account: account)
    if case .parameter(let name) = entry.seed {
      seed = names(name.hasPrefix("/") ? name : "\(base)/\(name)", secret: true, key: key)
    }
  }

  /// What a template can become. `*` matches slashes too, as `{user}` never needs; the levels that
  /// `{path}` can have are what it is for.
  private static func patterns(_ text: String, under prefix: String, account: String) -> [String] {
    let paths = !text.contains("{path}") || prefix == "/" ? [prefix] : [prefix, "\(prefix)*"]
    return paths.map { ParameterTemplate(text).expanded(user: "*", path: $0, account: account) }
  }
}

extension AccessSubject.Name {
  fileprivate init(_ projection: ParameterProjection) {
    self.init(
      text: projection.place.name, region: projection.place.region,
      isSecret: projection.format.isSecret,
      kmsKeyId: projection.format.isSecret ? projection.kmsKeyId : nil)
  }
}
