internal import CLibCrypto

/// HMAC-SHA256 (RFC 2104, FIPS 198-1) under one key, for any number of messages.
///
/// The key is prepared once, which saves half of the work for the short messages that are signed
/// here. One value belongs to one thread at a time. OpenSSL wipes the key with the context.
package struct HMACSHA256: ~Copyable {
  private let context: OpaquePointer

  /// The key may have any length, even none.
  package init(key: borrowing SecretBytes) {
    let context = Algorithms.required(EVP_MAC_CTX_new(Algorithms.hmac), "has no memory left")
    // The address is never null, which would mean "the key that is set already".
    let status = key.withUnsafeBytes {
      rotate_hmac_sha256_set_key(context, $0.baseAddress, $0.count)
    }
    Algorithms.require(status, "can't key HMAC-SHA256")
    self.context = context
  }

  /// The message's code, 32 bytes.
  package mutating func code(of message: Span<UInt8>) -> SHA256.Digest {
    var code = SHA256.Digest(repeating: 0)
    var output = code.mutableSpan
    output.withUnsafeMutableBytes { authenticate(message, into: $0) }
    return code
  }

  /// The message's code, where it is a key for something else.
  package mutating func secretCode(of message: Span<UInt8>) -> SecretBytes {
    SecretBytes(count: SHA256.Digest.count) { authenticate(message, into: $0) }
  }

  private mutating func authenticate(
    _ message: Span<UInt8>, into output: UnsafeMutableRawBufferPointer
  ) {
    Algorithms.require(rotate_hmac_sha256_restart(context), "can't restart HMAC-SHA256")
    let status = message.withUnsafeBytes { EVP_MAC_update(context, $0.baseAddress, $0.count) }
    Algorithms.require(status, "can't compute HMAC-SHA256")
    var written = 0
    Algorithms.require(
      EVP_MAC_final(context, output.baseAddress, &written, output.count),
      "can't compute HMAC-SHA256")
    precondition(written == output.count)
  }

  deinit { EVP_MAC_CTX_free(context) }
}
