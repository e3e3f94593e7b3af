/// A secret, or a text that may hold one, with several holders; its bytes exist once.
package final class SharedSecret: Sendable {
  package let bytes: SecretBytes

  package init(_ bytes: consuming SecretBytes) {
    self.bytes = bytes
  }

  /// Copies bytes, which the caller still owns.
  package convenience init(copying bytes: [UInt8]) {
    self.init(SecretBytes(copying: bytes))
  }

  /// Copies the UTF-8 bytes of what is no secret by itself.
  package convenience init(copying text: String) {
    self.init(SecretBytes(copying: text))
  }

  /// The number of bytes.
  package var count: Int { bytes.count }

  /// Lends the bytes for the duration of the call. Don't let them escape.
  package func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try bytes.withUnsafeBytes(body)
  }
}
