package import RotationExecutor

/// Why the configuration doesn't suit one user.
package struct UserResolutionFailure: Error, Sendable, Equatable {
  package var message: String
  package var remedy: String
  /// Where in the configuration; nil: in a default that nobody wrote.
  package var place: FilePlace?
  package var path: String?
  package var code = ConfigurationProblem.Code.parameterName
}

extension UserSettings {
  package static let defaultPath = "/deploy/{user}"

  /// Everything that the executor must know about one user, its names complete and valid.
  package func managedUser(
    _ name: String, path: String, account: String, region: String?
  ) throws(UserResolutionFailure) -> ManagedUser {
    func expand(_ text: String) -> String {
      ParameterTemplate(text).expanded(user: name, path: path, account: account)
    }
    let base = parameterPath?.value ?? Self.defaultPath
    try refuse(name, in: base, at: parameterPath)
    let root = expand(base)
    try check("\(root)/AWS_SECRET_ACCESS_KEY", at: parameterPath)
    try check(kmsKeyId, in: region)
    var all: [Projection] = []
    for projection in projections?.value ?? [] {
      switch projection.target {
      case .parameter(let template, let other, let key):
        let text = template.value.hasPrefix("/") ? template.value : "\(base)/\(template.value)"
        try refuse(name, in: text, at: template)
        try check(expand(text), at: template)
        if projection.format.isSecret {
          try check(
            key ?? kmsKeyId, in: other ?? region, own: key != nil, of: template, home: region)
        }
        all.append(
          .parameter(
            ParameterProjection(
              place: ParameterPlace(expand(text), region: other == region ? nil : other),
              format: projection.format, kmsKeyId: (key ?? kmsKeyId)?.value)))
      case .file(let template, let profile):
        all.append(
          .file(
            FileProjection(
              path: expand(template.value), format: projection.format, profile: profile)))
      }
    }
    var user = ManagedUser(
      name: name, path: root, policy: policy, kmsKeyId: kmsKeyId?.value,
      withPair: pair?.value ?? true, projections: all, verification: verification)
    user.session = try session(of: name, path: path, account: account, base: base)
    try checkRecord(of: user)
    return user
  }

  private func session(
    of name: String, path: String, account: String, base: String
  ) throws(UserResolutionFailure) -> SessionSettings? {
    guard let session else { return nil }
    func expand(_ text: String) -> String {
      ParameterTemplate(text).expanded(user: name, path: path, account: account)
    }
    var seed = session.value.seed
    if case .parameter(let template) = seed {
      let text = template.hasPrefix("/") ? template : "\(base)/\(template)"
      let setting = Configured(text, like: session)
      try refuse(name, in: text, at: setting)
      try check(expand(text), at: setting)
      seed = .parameter(expand(text))
    }
    if case .file(let path) = seed { seed = .file(expand(path)) }
    if case .credential(let credential) = seed { seed = .credential(expand(credential)) }
    return SessionSettings(
      parameter: "\(expand(base))/session", mfaSerial: expand(session.value.mfaSerial), seed: seed,
      duration: session.value.duration)
  }

  /// A record that is too long could be written once, and then be read by nobody.
  private func checkRecord(of user: ManagedUser) throws(UserResolutionFailure) {
    func length(_ count: Int) -> Int {
      RecordDocument.longest(projections: count, mfaSerial: user.session?.mfaSerial)
    }
    let count = user.allProjections.count {
      if case .parameter = $0 { true } else { false }
    }
    guard length(count) > RecordDocument.largest else { return }
    let most = (0..<count).last { length($0) <= RecordDocument.largest } ?? 0
    throw UserResolutionFailure(
      message: "\(count) parameters show the key beside `credentials`"
        + "\(pair?.value ?? true ? ", the two of the pair among them" : "")"
        + "; the record, which keeps the version of each, has room for \(most)",
      remedy: "leave some of them out, or let more consumers read one parameter",
      place: projections?.place ?? session?.place, path: projections?.path ?? session?.path,
      code: .recordTooLong)
  }

  /// IAM's user names may hold `+ = , @`, parameter names may not. Never mangled in silence.
  private func refuse(
    _ user: String, in template: String, at setting: Configured<String>?
  ) throws(UserResolutionFailure) {
    guard template.contains("{user}"),
      let bad = user.first(where: { !ParameterTemplate.isAllowed($0) })
    else { return }
    let plain = String(user.map { ParameterTemplate.isAllowed($0) ? $0 : "-" })
    throw UserResolutionFailure(
      message: "the name of user \(user) holds `\(bad)`, which no parameter's name may hold",
      remedy: "give this user a name of its own in place of {user}, such as "
        + "\"parameterPath\": \"/deploy/\(plain)\"",
      place: setting?.place, path: setting?.path)
  }

  /// `own`: the projection's own key; without one it takes the user's, which must then suit its
  /// region, too.
  private func check(
    _ key: Configured<String>?, in region: String?, own: Bool = true,
    of projection: Configured<String>? = nil, home: String? = nil
  ) throws(UserResolutionFailure) {
    guard let key else { return }
    let id = KMSKeyID(key.value)
    var fault = id.fault(in: region)
    if !own, let region, let home, region != home, id.isBoundToOneRegion {
      fault = "the key \(key.value) is one of \(home), the parameter is in \(region)"
    }
    guard let fault else { return }
    let blamed = own ? key : projection ?? key
    throw UserResolutionFailure(
      message: fault,
      remedy: own
        ? "name a key or an alias of \(region ?? "that region")"
        : "give this projection a kmsKeyId of its own, in \(region ?? "that region")",
      place: blamed.place, path: blamed.path, code: .kmsKey)
  }

  private func check(
    _ name: String, at setting: Configured<String>?
  ) throws(UserResolutionFailure) {
    guard let fault = ParameterTemplate.fault(inName: name) else { return }
    throw UserResolutionFailure(
      message: "\(name) can't be a parameter: \(fault)", remedy: "choose another name",
      place: setting?.place, path: setting?.path)
  }
}

extension ManagedUser {
  /// Every name that this user takes: parameters with their region, files. `session` is kept free
  /// for temporary credentials, whether there are any or not.
  package var takenNames: [String] {
    var seed: [String] = []
    if case .parameter(let name) = session?.seed { seed = [name] }
    return [credentials, record, "\(commonPath)/session"] + seed
      + allProjections.map {
        switch $0 {
        case .parameter(let projection):
          (projection.place.region.map { "\($0):" } ?? "") + projection.place.name
        case .file(let file): "file \(file.path)"
        }
      }
  }
}
