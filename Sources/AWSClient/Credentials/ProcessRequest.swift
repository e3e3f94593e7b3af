/// A program to run.
package struct ProcessRequest: Sendable, Equatable {
  /// The program, looked for in `PATH`, and its arguments.
  package var arguments: [String]
  package var environment: [String: String]
  package var timeLimit: Duration
  /// The largest standard output, in bytes.
  package var outputLimit: Int

  package init(
    arguments: [String], environment: [String: String], timeLimit: Duration, outputLimit: Int
  ) {
    self.arguments = arguments
    self.environment = environment
    self.timeLimit = timeLimit
    self.outputLimit = outputLimit
  }
}
