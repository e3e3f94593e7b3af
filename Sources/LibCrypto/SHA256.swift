internal import CLibCrypto

/// SHA-256 (FIPS 180-4) of bytes that are all there.
package enum SHA256 {
  /// 32 bytes.
  package typealias Digest = InlineArray<32, UInt8>

  /// The digest.
  package static func digest(of bytes: Span<UInt8>) -> Digest {
    var digest = Digest(repeating: 0)
    var output = digest.mutableSpan
    let status = bytes.withUnsafeBytes { input in
      output.withUnsafeMutableBytes { output in
        EVP_Digest(
          input.baseAddress, input.count, output.baseAddress, nil, Algorithms.sha256, nil)
      }
    }
    Algorithms.require(status, "can't compute SHA-256")
    return digest
  }

  /// The digest of a secret's bytes as 64 lowercase hexadecimal digits.
  package static func hexDigest(of secret: borrowing SecretBytes) -> String {
    secret.withUnsafeBytes { bytes in
      Hex.encode(digest(of: bytes.bindMemory(to: UInt8.self).span).span)
    }
  }

  /// The digest as 64 lowercase hexadecimal digits.
  package static func hexDigest(of bytes: [UInt8]) -> String {
    Hex.encode(digest(of: bytes.span).span)
  }
}
