internal import CLibCrypto

/// HMAC-SHA1 (RFC 2104), for one-time passwords alone, which RFC 4226 builds on it. Under HMAC
/// the collisions of SHA-1 do no harm.
package enum HMACSHA1 {
  /// The message's code, 20 bytes. The key must not be empty.
  package static func code(key: borrowing SecretBytes, message: [UInt8]) -> SecretBytes {
    SecretBytes(count: 20) { output in
      var length: CUnsignedInt = 0
      let code = key.withUnsafeBytes { key in
        HMAC(
          EVP_sha1(), key.baseAddress, CInt(key.count), message, message.count,
          output.bindMemory(to: UInt8.self).baseAddress, &length)
      }
      Algorithms.require(code == nil || length != 20 ? 0 : 1, "can't compute HMAC-SHA1")
    }
  }
}
