/// What is wrong with a configuration file. Holds nothing of the line itself, which may be a secret.
package struct IniFailure: Error, Sendable, Equatable {
  package var line: Int
  /// What was expected and what was found.
  package var message: String
}
