/// Why STS gave no credentials.
package struct STSPortFailure: Error, Sendable, Equatable {
  /// AWS's error code, `AccessDenied`; nil when no answer came.
  package var code: String?
  package var message: String

  package init(code: String? = nil, message: String) {
    self.code = code
    self.message = message
  }
}
