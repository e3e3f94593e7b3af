internal import Configuration
internal import ArgumentParser

/// What shells complete: `rotate`'s commands together with the options of `rotate run`, since that is
/// what `rotate` alone means. The parser's own script leaves out those of a default command.
struct CompletionRoot: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Rotate.configuration.commandName, version: Version.current,
    subcommands: Rotate.configuration.subcommands)

  @OptionGroup var options: RunCommand

  /// Whether a shell asks, or somebody who installs the scripts.
  static func isAsked(_ arguments: [String]) -> Bool {
    guard let first = arguments.first else { return false }
    return first == users || first.hasPrefix("--generate-completion-script")
  }

  static func answer(_ arguments: [String]) -> Never {
    guard arguments != [users] else {
      Console.out(namedUsers.map { $0 + "\n" }.joined())
      Rotate.leave(self, after: nil)
    }
    do {
      _ = try parseAsRoot(arguments)
      Rotate.leave(self, after: nil)
    } catch {
      Rotate.leave(self, after: error)
    }
  }

  fileprivate static let users = "__users"

  /// The users that the configuration names; none where it can't be read.
  private static var namedUsers: [String] {
    let configuration = try? Configuration.load(
      asked: nil, environment: ConnectionOptions.environment)
    return (configuration?.users ?? []).compactMap {
      if case .name(let name) = $0.selector.value { name } else { nil }
    }
  }
}

extension CompletionKind {
  /// The users that the configuration names. (The parser's own way to ask the program fails in
  /// fish 3.)
  static var namedUsers: CompletionKind {
    .shellCommand("rotate \(CompletionRoot.users) 2>/dev/null")
  }

  /// The sections of ~/.aws/config.
  static var profiles: CompletionKind {
    .shellCommand(
      #"sed -n 's/^\[\(profile \)\{0,1\}\([^]]*\)\]$/\2/p' ~/.aws/config 2>/dev/null"#)
  }
}
