internal import ArgumentParser

/// Whom it is about.
struct UserOptions: ParsableArguments {
  @Option(
    name: .customLong("user"),
    help: ArgumentHelp("Only this user; may be repeated.", valueName: "name"),
    completion: .namedUsers)
  var names: [String] = []

  func validate() throws { for name in names { try Self.check(name) } }

  static func check(_ name: String) throws {
    guard !UserEntry.isName(name) else { return }
    throw ValidationError(
      "--user \(name): IAM has no such name: letters, digits and + = , . @ _ - only")
  }
}
