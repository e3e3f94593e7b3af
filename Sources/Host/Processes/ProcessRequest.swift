/// A program to run.
package struct ProcessRequest: Sendable, Equatable {
  /// The program, looked for in `PATH`, and its arguments.
  package var arguments: [String]
  package var environment: [String: String]
  package var timeLimit: Duration
  /// The largest standard output, in bytes.
  package var outputLimit: Int

  /// A program of the operator's, such as a hook: it reads `input` (nothing, where that is empty),
  /// it forms a process group that is ended as one at the time limit, and what it writes beyond the
  /// limit is forgotten. Any program is over when it itself has ended, whoever still holds its output.
  package var isIsolated: Bool
  package var input: [UInt8]

  package init(
    arguments: [String], environment: [String: String], timeLimit: Duration, outputLimit: Int,
    isIsolated: Bool = false, input: [UInt8] = []
  ) {
    self.arguments = arguments
    self.environment = environment
    self.timeLimit = timeLimit
    self.outputLimit = outputLimit
    self.isIsolated = isIsolated
    self.input = input
  }
}
