/// One command of `hooks`.
package struct HookSettings: Sendable {
  /// The program and its arguments; there is no shell.
  var command: [String]
  var timeout = Duration.seconds(60)
  /// Before a rotation: no rotation without its word. After a step: its failure is the run's.
  var isRequired = false
  /// Where the program's path is written.
  var program: Configured<String>
}
