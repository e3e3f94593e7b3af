package import LibCrypto

/// What runs a `credential_process`.
package protocol ProcessRunner: Sendable {
  /// Runs a program to its end, without a shell. The child's standard output and the head of its
  /// standard error are read; standard input and the rest of the environment are shared with it.
  func run(_ request: ProcessRequest) throws(ProcessFailure) -> ProcessOutput
}

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

/// What a program that ended has said.
package struct ProcessOutput: ~Copyable {
  /// The exit status; 128 + the signal's number for a program that was killed.
  package var status: Int32
  package var standardOutput: SecretBytes
  /// At most its first 4 KiB.
  package var standardError: String

  package init(status: Int32, standardOutput: consuming SecretBytes, standardError: String) {
    self.status = status
    self.standardOutput = standardOutput
    self.standardError = standardError
  }
}

/// Why a program has no output.
package enum ProcessFailure: Error, Sendable, Equatable {
  /// It could not be started; the reason in words.
  case notStarted(String)
  case timedOut
  case outputTooLarge
}
