package import RotationExecutor
package import RotationPlanner

/// The managed users that a run is about.
package struct UserSelection: Sendable {
  package var users: [ManagedUser] = []
  /// Who can't be looked at, and why.
  package var findings: [Finding] = []
  /// Who is told about each of them.
  package var contacts: [String: Contact] = [:]

  /// Finds them. `asked` is what `--user` names; empty: all that the configuration selects.
  package init(
    _ asked: [String], configuration: Configuration, region: String?, account: String,
    directory: any IAMDirectory
  ) {
    var roster = Roster(configuration, directory)
    guard configuration.file != nil else {
      var people: [Roster.Person] = []
      var seen: Set<String> = []
      for name in asked where seen.insert(name.lowercased()).inserted {
        people.append(Roster.Person(name: name, path: "/", groups: []))
      }
      resolve(people, configuration, region, account, directory) { _ in true }
      return
    }
    // Where an entry names the user, no listing can change what governs it.
    if asked.isEmpty || !asked.allSatisfy({ roster.knows($0) }) { roster.list() }
    let wanted = Set(asked.map { $0.lowercased() })
    // All are resolved, so that two with one name for their parameters are found out.
    resolve(roster.people, configuration, region, account, directory) {
      wanted.isEmpty || wanted.contains($0.lowercased())
    }
    findings = roster.findings + findings
    for name in asked where !roster.knows(name) {
      let nearest = NearestName.of(name, among: roster.people.map(\.name))
      findings.append(
        .selection(
          .notManaged(
            name, file: configuration.file ?? "the configuration", nearest: nearest,
            managed: roster.people.map(\.name))))
    }
  }

  private mutating func resolve(
    _ people: [Roster.Person], _ configuration: Configuration, _ region: String?,
    _ account: String, _ directory: any IAMDirectory, isWanted: (String) -> Bool
  ) {
    var taken = TakenNames()
    var collided: Set<String> = []
    for person in people {
      let user: ManagedUser
      do throws(CommandFailure) {
        user = try person.managed(configuration, region, account, directory)
      } catch {
        if isWanted(person.name) { findings.append(error.finding) }
        continue
      }
      for (name, other) in taken.add(user, as: user.name) where collided.insert(user.name).inserted
      {
        collided.insert(other)
        guard isWanted(user.name) || isWanted(other) else { continue }
        findings.append(
          .selection(.duplicateName(name, of: other, and: user.name)))
      }
      users.append(user)
      let entry = configuration.entry(
        for: person.name, path: person.path ?? "", groups: person.groups)
      contacts[user.name] = (entry?.settings ?? configuration.defaults).contact
    }
    users.removeAll { collided.contains($0.name) || !isWanted($0.name) }
  }
}

extension Roster.Person {
  /// With all that the configuration says about it.
  fileprivate func managed(
    _ configuration: Configuration, _ region: String?, _ account: String,
    _ directory: any IAMDirectory
  ) throws(CommandFailure) -> ManagedUser {
    let entry = configuration.entry(for: name, path: path ?? "", groups: groups)
    let settings = entry?.settings ?? configuration.defaults
    var path = path
    if path == nil, settings.needsPath { path = try directory.user(name).path }
    let place = path ?? "/"
    do throws(UserResolutionFailure) {
      var user = try settings.managedUser(name, path: place, account: account, region: region)
      guard !isSpelledByIAM else { return user }
      user.respelled = Respelling {
        try? settings.managedUser($0, path: place, account: account, region: region)
      }
      return user
    } catch {
      let place = error.place.map { "\(configuration.file ?? ""):\($0.line):\($0.column)" }
      throw CommandFailure(
        .selection(
          .misconfigured(error.code.listed, at: place, why: error.message, advice: error.remedy)))
    }
  }
}

/// Everybody whom a configuration selects.
private struct Roster {
  struct Person {
    var name: String
    /// Nil: not asked.
    var path: String?
    var groups: Set<String>
    /// Whether IAM told the name; else it is spelled as the settings spell it.
    var isSpelledByIAM = false
  }

  private(set) var people: [Person] = []
  /// Theirs, in lower case.
  private var names: Set<String> = []
  private(set) var findings: [Finding] = []
  private let configuration: Configuration
  private let directory: any IAMDirectory

  init(_ configuration: Configuration, _ directory: any IAMDirectory) {
    self.configuration = configuration
    self.directory = directory
    for entry in configuration.users {
      guard case .name(let name) = entry.selector.value else { continue }
      people.append(Person(name: name, path: nil, groups: []))
    }
    names = Set(people.map { $0.name.lowercased() })
  }

  func knows(_ name: String) -> Bool { names.contains(name.lowercased()) }

  /// Adds the members of the groups and the users under the paths.
  mutating func list() {
    let listings = configuration.users.compactMap { entry -> IAMListing? in
      switch entry.selector.value {
      case .name: nil
      case .group(let name): .group(name)
      case .path(let path): .path(path)
      }
    }
    guard !listings.isEmpty else { return }
    var found: [String: Person] = [:]
    var isGroupUnknown = false
    for (listing, result) in zip(listings, directory.users(in: listings)) {
      switch result {
      case .success(let users):
        for user in users {
          var person =
            found[user.name]
            ?? Person(name: user.name, path: user.path, groups: [], isSpelledByIAM: true)
          if case .group(let name) = listing { person.groups.insert(name) }
          found[user.name] = person
        }
      case .failure(let failure):
        findings.append(failure.finding)
        if case .group = listing { isGroupUnknown = true }
      }
    }
    let others = found.values.filter { !knows($0.name) }.sorted { $0.name < $1.name }
    guard !isGroupUnknown else {
      // Any of them could be in that group, whose entry would govern it.
      return findings.append(.selection(.groupUnread(others: others.map(\.name))))
    }
    people += others
    names.formUnion(others.map { $0.name.lowercased() })
  }
}

extension UserSettings {
  /// Whether IAM's path of a user stands in one of its names.
  fileprivate var needsPath: Bool {
    let texts =
      [parameterPath?.value]
      + (projections?.value ?? []).map { projection in
        switch projection.target {
        case .parameter(let name, _, _): name.value
        case .file(let path, _): path.value
        }
      }
    return texts.contains { $0?.contains("{path}") ?? false }
  }
}
