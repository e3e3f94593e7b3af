/// One command of `hooks`.
package struct HookSettings: Sendable {
  /// The program and its arguments; there is no shell.
  package var command: [String]
  package var timeout = Duration.seconds(60)
  /// Before a rotation: no rotation without its word. After a step: its failure is the run's.
  package var isRequired = false
  /// Where the program's path is written.
  package var program: Configured<String>
}
