import ArgumentParser
import Testing
import rotate

@Suite struct CommandOrderTests {
  struct Root: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "root", subcommands: [Plain.self, Outer.self], defaultSubcommand: Plain.self)
  }

  struct Plain: ParsableCommand {
    @Option var file: String?
    @Option(name: [.customLong("user"), .customShort("u")]) var users: [String] = []
    @Flag var quiet = false
    @Argument var words: [String] = []
  }

  struct Outer: ParsableCommand {
    static let configuration = CommandConfiguration(subcommands: [Inner.self])
  }

  struct Inner: ParsableCommand {
    @Option var depth: Int?
  }

  @Test(arguments: [
    (["--file", "f", "plain", "x"], ["plain", "--file", "f", "x"]),
    (["--file=f", "plain"], ["plain", "--file=f"]),
    (["-u", "plain", "--quiet", "plain"], ["plain", "-u", "plain", "--quiet"]),
    (["--user", "plain"], ["--user", "plain"]),
    (["--quiet", "outer", "inner", "y"], ["outer", "inner", "--quiet", "y"]),
    (["--depth", "1", "outer"], ["outer", "--depth", "1"]),
    (["--quiet", "word", "plain"], ["--quiet", "word", "plain"]),
    (["--unknown", "plain"], ["plain", "--unknown"]), (["--file"], ["--file"]), ([], []),
  ])
  func theCommandComesFirst(_ asked: [String], _ expected: [String]) {
    #expect(CommandOrder(Root.self).commandFirst(asked) == expected)
  }
}
