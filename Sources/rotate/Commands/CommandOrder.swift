package import ArgumentParser
internal import FoundationEssentials

/// `rotate --config FILE status` means what `rotate status --config FILE` means: the parser wants the
/// command first, people don't care.
package struct CommandOrder {
  /// What the parser says of itself (`--experimental-dump-help`), as far as it matters here.
  private struct Tool: Decodable {
    struct Command: Decodable {
      var commandName: String
      var arguments: [Argument]?
      var subcommands: [Command]?
    }

    struct Argument: Decodable {
      struct Name: Decodable {
        var kind: String
        var name: String

        var text: String { (kind == "long" ? "--" : "-") + name }
      }

      var kind: String
      var names: [Name]?
    }

    var command: Command
  }

  private let root: Tool.Command?

  package init(_ command: any ParsableCommand.Type) {
    root = try? JSONDecoder().decode(Tool.self, from: Data(command._dumpHelp().utf8)).command
  }

  /// The arguments with the command's name, and the one nested in it, before the options.
  package func commandFirst(_ arguments: [String]) -> [String] {
    guard let root else { return arguments }
    let withValue = Self.optionsWithValue(root)
    var index = 0
    while index < arguments.count, arguments[index].hasPrefix("-") {
      index += withValue.contains(arguments[index]) ? 2 : 1
    }
    let rest = arguments.dropFirst(index)
    guard let command = root.subcommands?.first(where: { $0.commandName == rest.first }) else {
      return arguments
    }
    let isNested = command.subcommands?.contains { $0.commandName == rest.dropFirst().first }
    let count = isNested == true ? 2 : 1
    return Array(rest.prefix(count) + arguments.prefix(index) + rest.dropFirst(count))
  }

  private static func optionsWithValue(_ command: Tool.Command) -> Set<String> {
    let own = (command.arguments ?? []).filter { $0.kind == "option" }
      .flatMap { ($0.names ?? []).map(\.text) }
    return (command.subcommands ?? []).reduce(into: Set(own)) { $0.formUnion(optionsWithValue($1)) }
  }
}
