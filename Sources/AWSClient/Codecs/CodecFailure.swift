/// Why a reply could not be read: what was expected where. Never a value from the reply.
package struct CodecFailure: Error, Sendable, Equatable {
  package var message: String

  package init(_ message: String) { self.message = message }
}
