internal import RotationExecutor

/// Turns the nodes of a file into a configuration and collects everything that is wrong with it.
package struct ConfigurationReader {
  static let settingsKeys = [
    "rotateEvery", "gracePeriod", "quietPeriod", "soakPeriod", "maxKeyAge", "settle",
    "parameterPath", "pair", "kmsKeyId", "verify", "projections", "owner", "channels",
    "session",
  ]
  static let selectorKeys = ["name", "group", "path"]
  /// A new key is proven, after another that was lost has settled, under one lease: 14 of its 30
  /// minutes can be used.
  static let longestProof = Duration.seconds(8 * 60)
  static let longestSettling = Duration.seconds(4 * 60)
  /// IAM's quota of users in an account, which can't be raised.
  static let mostUsers = 5_000

  var problems: [ConfigurationProblem] = []

  mutating func configuration(_ document: JSONNode) -> Configuration {
    var result = Configuration()
    let fields = fields(
      of: document,
      known: [
        "region", "defaults", "users", "audit", "notify", "heartbeat", "metrics", "hooks", "mfa",
      ])
    result.region = region(fields["region"])?.value
    if let node = fields["defaults"] {
      result.defaults = settings(self.fields(of: node, known: Self.settingsKeys))
      checkPeriods(result.defaults, own: result.defaults)
    }
    if let node = fields["mfa"] {
      result.mfaSeed = seed(of: node, self.fields(of: node, known: ["totpSeed"])["totpSeed"])?.value
    }
    if let node = fields["audit"] {
      result.auditPath = absolutePath(self.fields(of: node, known: ["path"])["path"])?.value
    }
    if let node = fields["notify"] { result.notify = notify(node) }
    result.heartbeat = fields["heartbeat"].flatMap { heartbeat($0) }
    result.metrics = fields["metrics"].flatMap { metrics($0) }
    if let node = fields["hooks"] { result.hooks = hooks(node) }
    guard let users = fields["users"] else {
      report(
        .missingKey, document,
        "`users` is missing: a list such as [{\"name\": \"deployer\"}], or with `group` or `path`")
      return result
    }
    let entries = list(users) ?? []
    if entries.isEmpty, case .array = users.value {
      report(.badValue, users, "no user is named; write at least one, such as {\"name\": …}")
    }
    guard entries.count <= Self.mostUsers else {
      report(.badValue, users, "at most \(Self.mostUsers) entries: no account has more users")
      return result
    }
    for node in entries {
      if let entry = entry(node, defaults: result.defaults) { result.users.append(entry) }
    }
    checkSelectors(result.users)
    checkNames(result)
    checkChannels(result)
    return result
  }

  // MARK: Users

  private mutating func entry(_ node: JSONNode, defaults: UserSettings) -> UserEntry? {
    let fields = fields(of: node, known: Self.selectorKeys + Self.settingsKeys)
    let own = settings(fields)
    let merged = own.over(defaults)
    checkPeriods(merged, own: own)
    let given = Self.selectorKeys.filter { fields[$0] != nil }
    guard given.count == 1, let key = given.first, let selectorNode = fields[key] else {
      if case .object = node.value {
        report(
          .missingKey, node,
          given.isEmpty
            ? "whom is it about? One of `name`, `group` and `path` is needed"
            : "`\(given.joined(separator: "` and `"))`: only one of them can select")
      }
      return nil
    }
    guard let selector = selector(key, selectorNode) else { return nil }
    return UserEntry(selector: selector, settings: merged)
  }

  private mutating func selector(
    _ key: String, _ node: JSONNode
  ) -> Configured<UserEntry.Selector>? {
    guard let text = string(node)?.value else { return nil }
    switch key {
    case "name" where UserEntry.isName(text): return Configured(.name(text), at: node)
    case "group" where UserEntry.isName(text, longest: 128):
      return Configured(.group(text), at: node)
    case "path" where text.hasPrefix("/") && text.hasSuffix("/") && text.utf8.count <= 512:
      return Configured(.path(text), at: node)
    case "path":
      report(.badValue, node, "an IAM path begins and ends with `/`, such as \"/deploy/\"")
    default:
      report(.badValue, node, "IAM has no such name: letters, digits and `+ = , . @ _ -` only")
    }
    return nil
  }

  private mutating func checkSelectors(_ users: [UserEntry]) {
    var seen: [UserEntry.Selector: FilePlace] = [:]
    for entry in users {
      // IAM tells no two names apart by their case; paths it does.
      let selector: UserEntry.Selector =
        switch entry.selector.value {
        case .name(let name): .name(name.lowercased())
        case .group(let name): .group(name.lowercased())
        case .path: entry.selector.value
        }
      if let first = seen[selector] {
        problems.append(
          entry.selector.problem(
            .duplicateUser,
            "a second entry for \(entry.selector.value.inWords); the first is in line "
              + "\(first.line). Make one of them"))
      }
      seen[selector] = seen[selector] ?? entry.selector.place
    }
  }

  // MARK: Names

  /// Builds each user that can be known now, so that names that can't be, or that collide, are
  /// found before any call.
  private mutating func checkNames(_ configuration: Configuration) {
    var taken = TakenNames()
    for entry in configuration.users {
      var user = "user"
      if case .name(let name) = entry.selector.value { user = name }
      let selector = entry.selector
      do {
        var managed = try entry.settings.managedUser(
          user, path: "/path/", account: "111122223333", region: configuration.region)
        if case .name = selector.value {
          managed.respelled = Respelling { [region = configuration.region] name in
            try? entry.settings.managedUser(
              name, path: "/path/", account: "111122223333", region: region)
          }
          reportTaken(managed, of: selector, taken: &taken)
        } else {
          checkShared(entry)
          var own = TakenNames()
          reportTaken(managed, of: selector, taken: &own)
        }
      } catch {
        let problem = ConfigurationProblem(
          error.code, error.place ?? selector.place, error.path ?? selector.path,
          "\(error.message); \(error.remedy)")
        // What stands in `defaults` is wrong once, for however many users.
        if !problems.contains(problem) { problems.append(problem) }
      }
    }
  }

  private mutating func reportTaken(
    _ user: ManagedUser, of selector: Configured<UserEntry.Selector>, taken: inout TakenNames
  ) {
    let owner = selector.value.inWords
    guard let (name, other) = taken.add(user, as: owner).first else { return }
    // Two entries for one user, in two spellings, are told as such.
    if other != owner, other.lowercased() == owner.lowercased() { return }
    problems.append(
      selector.problem(
        .duplicateName,
        other == owner
          ? "\(name) is written twice for \(owner)"
          : "\(name) is written for \(other) already; use {user} in its name"))
  }

  /// Where an entry can select several users, each name must tell them apart.
  private mutating func checkShared(_ entry: UserEntry) {
    var texts = [entry.settings.parameterPath]
    for projection in entry.settings.projections?.value ?? [] {
      switch projection.target {
      case .parameter(let name, _, _): if name.value.hasPrefix("/") { texts.append(name) }
      case .file(let path, _): texts.append(path)
      }
    }
    for text in texts {
      guard let text, !text.value.contains("{user}") else { continue }
      problems.append(
        text.problem(
          .duplicateName,
          "all users of \(entry.selector.value.inWords) would share it; use {user} in it"))
    }
  }
}
