internal import RotationExecutor
internal import RotationPlanner

/// The keys that `defaults` and each entry of `users` may hold.
extension ConfigurationReader {
  mutating func settings(_ fields: [String: JSONNode]) -> UserSettings {
    var result = UserSettings()
    result.rotateEvery = duration(fields["rotateEvery"])
    result.gracePeriod = duration(fields["gracePeriod"])
    result.quietPeriod = duration(fields["quietPeriod"])
    result.soakPeriod = duration(fields["soakPeriod"])
    result.maxKeyAge = duration(fields["maxKeyAge"])
    result.settle = duration(fields["settle"], atMost: Self.longestSettling)
    result.parameterPath = template(fields["parameterPath"])
    result.pair = bool(fields["pair"])
    result.kmsKeyId = kmsKey(fields["kmsKeyId"])
    if let node = fields["verify"] { result.verify = verify(node) }
    if let node = fields["projections"], let entries = list(node) {
      result.projections = Configured(entries.compactMap { projection($0) }, at: node)
    }
    result.owner = owner(fields["owner"])
    result.channels = channelNames(fields["channels"])
    if let node = fields["session"] { result.session = session(node) }
    return result
  }

  private mutating func verify(_ node: JSONNode) -> UserSettings.VerifySettings {
    var result = UserSettings.VerifySettings()
    let fields = fields(of: node, known: ["regions", "successes", "interval", "timeout"])
    if let node = fields["regions"], let nodes = list(node) {
      result.regions = Configured(nodes.compactMap { region($0)?.value }, at: node)
    }
    result.successes = integer(fields["successes"], in: 1...20)
    result.interval = duration(fields["interval"], atMost: .seconds(60))
    result.timeout = duration(fields["timeout"], atMost: Self.longestProof)
    return result
  }

  /// `rotateEvery + gracePeriod <= maxKeyAge`, said where this level wrote one of the three.
  mutating func checkPeriods(_ merged: UserSettings, own: UserSettings) {
    guard let blamed = own.rotateEvery ?? own.gracePeriod ?? own.maxKeyAge else { return }
    let policy = merged.policy
    let needed = policy.rotateEvery + policy.gracePeriod
    guard needed > policy.maxKeyAge else { return }
    problems.append(
      blamed.problem(
        .periods,
        "rotateEvery (\(policy.rotateEvery.inWords)) + gracePeriod (\(policy.gracePeriod.inWords))"
          + " is more than maxKeyAge (\(policy.maxKeyAge.inWords)): a key would be overdue before "
          + "it is gone; set maxKeyAge to \"\(days(needed))d\" or more"))
  }

  private func days(_ duration: Duration) -> Int {
    Int((duration.inSeconds / 86400).rounded(.up))
  }

  private mutating func projection(_ node: JSONNode) -> ProjectionSettings? {
    let fields = fields(
      of: node, known: ["name", "file", "format", "region", "kmsKeyId", "profile", "type"])
    guard case .object = node.value else { return nil }
    guard let format = format(fields["format"], of: node) else { return nil }
    checkType(fields["type"], format)
    let file = absolutePath(fields["file"], isTemplate: true)
    let name = template(fields["name"])
    guard (fields["name"] == nil) != (fields["file"] == nil) else {
      report(.missingKey, node, "either `name` (a parameter) or `file` (a local file) is needed")
      return nil
    }
    for key in file == nil ? ["profile"] : ["region", "kmsKeyId", "type"] {
      guard let node = fields[key] else { continue }
      report(.unknownKey, node, "only a \(file == nil ? "`file`" : "parameter") can have it")
    }
    if let name {
      return ProjectionSettings(
        target: .parameter(
          name, region: region(fields["region"])?.value,
          kmsKeyId: kmsKey(fields["kmsKeyId"])),
        format: format)
    }
    guard let file else { return nil }
    guard format != .secretAccessKey else {
      report(.badValue, node, "a file with the bare secret doesn't tell whose it is; use dotenv")
      return nil
    }
    let profile = filled(fields["profile"])
    if let profile, profile.value.contains(where: { "[]\n\r".contains($0) }) {
      problems.append(profile.problem(.badValue, "a profile's name can't hold `[` or `]`"))
    }
    return ProjectionSettings(
      target: .file(file, profile: profile?.value ?? "default"), format: format)
  }

  private mutating func kmsKey(_ node: JSONNode?) -> Configured<String>? {
    guard let text = filled(node) else { return nil }
    guard let fault = KMSKeyID(text.value).fault else { return text }
    problems.append(text.problem(.kmsKey, fault))
    return nil
  }

  private mutating func format(
    _ node: JSONNode?, of projection: JSONNode
  ) -> ProjectionFormat? {
    let all = ProjectionFormat.allCases.map(\.rawValue)
    guard let node else {
      report(.missingKey, projection, "`format` is missing: \(all.joined(separator: ", "))")
      return nil
    }
    guard let text = string(node)?.value else { return nil }
    if let format = ProjectionFormat(rawValue: text) { return format }
    let nearest = NearestName.of(text, among: all)
    report(
      .badValue, node,
      "\"\(text)\" is no format; "
        + (nearest.map { "did you mean \"\($0)\"?" } ?? "there are \(all.joined(separator: ", "))"))
    return nil
  }

  /// The type follows from the format. Whoever writes it down must mean the same.
  private mutating func checkType(_ node: JSONNode?, _ format: ProjectionFormat) {
    guard let node, let type = string(node)?.value else { return }
    let right = format.isSecret ? "SecureString" : "String"
    guard type != right else { return }
    if type == "String" {
      report(
        .secretInString, node,
        "\(format.rawValue) holds the secret, which never goes into a String; "
          + "leave `type` out: it becomes a SecureString")
    } else {
      report(.badValue, node, "\(format.rawValue) is always a \(right); leave `type` out")
    }
  }
}
