package import LibCrypto

/// One HTTP request, complete: what is in it is what is sent.
package struct HTTPRequest: Sendable {
  /// How long each part may take. None may be left open: a request that hangs would hold the lease.
  package struct Timeouts: Sendable, Equatable {
    /// To resolve the name, connect and finish the TLS handshake.
    package var connect: Duration
    /// For the whole request, the connection included.
    package var total: Duration

    package init(connect: Duration = .seconds(5), total: Duration = .seconds(30)) {
      self.connect = connect
      self.total = total
    }
  }

  package var method: String
  /// Absolute, `http` or `https`, already percent-encoded.
  package var url: String
  /// In the order in which they are sent. Names keep the case that they are given.
  package var headers: [(name: String, value: String)]
  /// More headers, whose values are secrets.
  package var secretHeaders: [(name: String, value: SharedSecret)]
  /// It may hold a secret.
  package var body: SharedSecret
  package var timeouts: Timeouts
  /// The largest body that is kept, in bytes. A success with a longer one fails as
  /// `responseTooLarge`; of a refusal, and where only the status counts, the rest is dropped.
  package var responseLimit: Int
  /// Whether the status says all: whatever becomes of the body, the response stands. A message that
  /// was taken must not be sent again because its receipt is long, slow or cut short.
  package var needsOnlyStatus: Bool
  /// False for the metadata endpoints on link-local addresses, which are never behind a proxy.
  package var mayUseProxy: Bool

  package init(
    method: String, url: String, headers: [(name: String, value: String)] = [],
    secretHeaders: [(name: String, value: SharedSecret)] = [],
    body: SharedSecret = SharedSecret(copying: []), timeouts: Timeouts = Timeouts(),
    responseLimit: Int = 8 << 20, needsOnlyStatus: Bool = false, mayUseProxy: Bool = true
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.secretHeaders = secretHeaders
    self.body = body
    self.timeouts = timeouts
    self.responseLimit = responseLimit
    self.needsOnlyStatus = needsOnlyStatus
    self.mayUseProxy = mayUseProxy
  }
}
