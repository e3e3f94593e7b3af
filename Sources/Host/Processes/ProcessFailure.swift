/// Why a program has no output.
package enum ProcessFailure: Error, Sendable, Equatable {
  /// It could not be started; the reason in words.
  case notStarted(String)
  case timedOut
  case outputTooLarge
}
