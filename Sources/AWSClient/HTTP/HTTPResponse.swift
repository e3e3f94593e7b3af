package import LibCrypto

/// One HTTP response, read to its end.
package struct HTTPResponse: Sendable {
  package var status: Int
  /// In the order in which they arrived.
  package var headers: [(name: String, value: String)]
  /// It may hold a secret.
  package var body: SharedSecret

  package init(
    status: Int, headers: [(name: String, value: String)] = [],
    body: SharedSecret = SharedSecret(copying: [])
  ) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first header of this name, whatever its case.
  package func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}
