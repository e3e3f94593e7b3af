internal import ArgumentParser

@main
struct Rotate: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "rotate")
}
