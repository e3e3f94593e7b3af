/// What runs a `credential_process`.
package protocol ProcessRunner: Sendable {
  /// Runs a program to its end, without a shell. The child's standard output and the head of its
  /// standard error are read; standard input and the rest of the environment are shared with it.
  func run(_ request: ProcessRequest) throws(ProcessFailure) -> ProcessOutput
}
