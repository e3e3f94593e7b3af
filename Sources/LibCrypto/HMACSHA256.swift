internal import CLibCrypto

/// HMAC-SHA256 (RFC 2104, FIPS 198-1) under one key, for any number of messages.
///
/// The key is prepared once, which saves half of the work for the short messages that are signed
/// here. One value belongs to one thread at a time. OpenSSL wipes the key with the context.
package struct HMACSHA256: ~Copyable {
  /// The length of a code, in bytes.
  package static let byteCount = 32

  private let context: OpaquePointer

  /// The key may have any length, even none.
  package init(key: UnsafeRawBufferPointer) {
    context = Algorithms.required(EVP_MAC_CTX_new(Algorithms.hmac), "has no memory left")
    // A null pointer would mean "the key that is set already", so an empty key needs another one.
    let status =
      if let address = key.baseAddress {
        rotate_hmac_sha256_set_key(context, address, key.count)
      } else {
        withUnsafeBytes(of: UInt8(0)) { rotate_hmac_sha256_set_key(context, $0.baseAddress, 0) }
      }
    Algorithms.require(status, "can't key HMAC-SHA256")
  }

  /// Writes the message's code into `output`, which must be 32 bytes long.
  package mutating func authenticate(
    _ message: [UInt8], into output: UnsafeMutableRawBufferPointer
  ) {
    precondition(output.count == Self.byteCount)
    Algorithms.require(rotate_hmac_sha256_restart(context), "can't restart HMAC-SHA256")
    Algorithms.require(
      EVP_MAC_update(context, message, message.count), "can't compute HMAC-SHA256")
    var written = 0
    Algorithms.require(
      EVP_MAC_final(context, output.baseAddress, &written, output.count),
      "can't compute HMAC-SHA256")
    precondition(written == Self.byteCount)
  }

  /// Appends the message's code as 64 lowercase hexadecimal digits, in ASCII.
  package mutating func appendHexCode(of message: [UInt8], to text: inout [UInt8]) {
    var code = InlineArray<32, UInt8>(repeating: 0)
    var span = code.mutableSpan
    span.withUnsafeMutableBytes { authenticate(message, into: $0) }
    code.span.withUnsafeBytes { Hex.append($0, to: &text) }
  }

  deinit { EVP_MAC_CTX_free(context) }
}
