/// How the settings spell a user's name where IAM spells it in another case, and what follows.
package struct Spelling: Hashable, Sendable {
  package enum Place: Hashable, Sendable {
    /// Its parameters stand under IAM's spelling, or have names that don't depend on it.
    case canonical
    /// They stand under the settings' spelling already and stay there, since consumers read them.
    case asConfigured
    /// They stand under both: those under IAM's spelling count, nobody renews the others.
    case both
  }

  /// The name as the settings have it.
  package var configured: String
  package var place: Place
  /// The parameters' common path as the settings spell it.
  package var path: String

  package init(configured: String, place: Place, path: String) {
    self.configured = configured
    self.place = place
    self.path = path
  }
}

extension Deliberation {
  /// The name and the record's name for it, where they aren't the same.
  mutating func reportNames() {
    reportSpelling()
    reportRename()
  }

  private mutating func reportSpelling() {
    guard let spelling = observation.spelling else { return }
    let (name, configured, path) = (observation.user.name, spelling.configured, spelling.path)
    let spelled = "IAM spells this user \(name), not \(configured)"
    switch spelling.place {
    case .canonical:
      report(
        Finding(
          code: "user-spelled-otherwise", .notice,
          "\(spelled): parameters, record and reports go by IAM's spelling",
          remedy: "write \(name) in the configuration and in --user"))
    case .asConfigured:
      report(
        Finding(
          code: "user-spelled-otherwise", .notice,
          "\(spelled); its parameters already stand under \(path) and stay there, since consumers "
            + "read them",
          remedy: "make that explicit: {\"name\": \"\(name)\", \"parameterPath\": \"\(path)\"}"))
    case .both:
      report(
        Finding(
          code: "published-in-another-case", .act,
          "\(spelled), and a record or credentials stand under \(path) as well; nobody renews "
            + "them, so a build that reads them fails once that key is gone",
          remedy: "point the builds to the parameters under IAM's spelling, then delete those "
            + "under \(path), and write \(name) in the configuration"))
    }
  }

  /// Said once: the record is written anew, under the name that the user has now.
  private mutating func reportRename() {
    guard case .state(let state) = observation.record, state.belongs(to: observation.user),
      state.user != observation.user.name
    else { return }
    let name = observation.user.name
    if go, steps.isEmpty { add(.recordState, "to name the user \(name) in the record") }
    report(
      Finding(
        code: "user-renamed", .notice,
        "\(state.user) is named \(name) in IAM now: the same user (\(state.userId)), so the record "
          + "follows",
        remedy: "nothing. Said once, when the record takes the new name"))
  }
}
