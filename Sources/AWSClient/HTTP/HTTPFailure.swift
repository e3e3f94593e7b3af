/// Why no response came.
///
/// What matters most to the callers is `mayHaveBeenActedOn`: it decides what may be repeated.
package struct HTTPFailure: Error, Sendable, Equatable {
  package enum Kind: String, Sendable, Equatable {
    /// The host's name could not be resolved.
    case nameNotResolved
    /// No connection: refused, unreachable, or the proxy said no.
    case notConnected
    /// The TLS handshake failed: certificate, version or cipher.
    case tls
    /// The time was over before the first byte of the request was sent.
    case timedOutBeforeSending
    /// The time was over after bytes had been sent: the server may have acted.
    case timedOutAfterSending
    /// The connection broke after bytes had been sent: the server may have acted.
    case connectionLost
    /// The response is longer than `HTTPRequest.responseLimit`: the server may have acted.
    case responseTooLarge
    /// What came back is not HTTP, or was cut short: the server may have acted.
    case malformedResponse
    /// The request itself can't be sent: a bad URL.
    case invalidRequest
    /// The file of trusted certificates can't be used: it isn't there, or holds none.
    case badTrust
  }

  package var kind: Kind
  /// What happened, in words; never a header or a body.
  package var message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// False only when it is certain that the server has not seen the request.
  package var mayHaveBeenActedOn: Bool {
    switch kind {
    case .nameNotResolved, .notConnected, .tls, .timedOutBeforeSending, .invalidRequest, .badTrust:
      false
    case .timedOutAfterSending, .connectionLost, .responseTooLarge, .malformedResponse: true
    }
  }
}
