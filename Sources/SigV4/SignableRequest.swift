package import LibCrypto

/// An HTTP request as it will be sent, apart from what signing adds.
public struct SignableRequest: Sendable {
  /// `GET`, `POST`… It is signed in capitals.
  public var method: String
  /// Absolute and already percent-encoded: what the server will read. A fragment is left out.
  public var url: String
  /// In the order in which they are sent. A name may be repeated; its case doesn't matter.
  ///
  /// Without a `Host` among them, the one that follows from the URL is signed. Headers that
  /// proxies change (`User-Agent`, `Connection`, `Expect`…) are not signed, and those that signing
  /// sets are replaced, so that a request can be signed again.
  public var headers: [(name: String, value: String)]
  /// Headers whose values are secrets, signed like the others and never returned. A session token
  /// may stand here in place of the one that signing would add as text.
  package var secretHeaders: [(name: String, value: SharedSecret)] = []
  /// The body.
  public var payload: Payload

  /// Of temporary credentials.
  package static let sessionTokenHeader = SignedHeaderName.securityToken.rawValue

  /// A request without headers and body unless they are given.
  public init(
    method: String, url: String, headers: [(name: String, value: String)] = [],
    payload: Payload = .bytes([])
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.payload = payload
  }
}
