internal import Configuration
internal import ArgumentParser

/// Whom it is about.
struct UserOptions: ParsableArguments {
  @Option(
    name: .customLong("user"),
    help: ArgumentHelp("Only this user; may be repeated.", valueName: "name"),
    completion: .namedUsers)
  var names: [String] = []

  func validate() throws { for name in names { try Self.check(name) } }

  /// What is meant for one user must not reach all of them because a name was forgotten.
  func demand(for what: String) throws {
    guard names.isEmpty else { return }
    throw ValidationError("\(what) needs --user: whom is it about?")
  }

  static func check(_ name: String) throws {
    guard !UserEntry.isName(name) else { return }
    throw ValidationError(
      "--user \(name): IAM has no such name: letters, digits and + = , . @ _ - only")
  }
}
