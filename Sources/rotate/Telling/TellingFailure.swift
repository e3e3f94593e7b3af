/// Why somebody could not be told, in words without any secret.
package struct TellingFailure: Error, Sendable, Equatable {
  package var message: String

  package init(_ message: String) { self.message = message }
}
