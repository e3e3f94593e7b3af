internal import CLibCrypto

/// SHA-256 (FIPS 180-4) of bytes that are all there.
package enum SHA256 {
  /// The length of a digest, in bytes.
  package static let byteCount = 32

  /// The digest, 32 bytes.
  package static func digest(of bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
      digest(of: bytes, into: UnsafeMutableRawBufferPointer(output))
      count = byteCount
    }
  }

  /// The digest as 64 lowercase hexadecimal digits.
  package static func hexDigest(of bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    appendHexDigest(of: bytes, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the digest as 64 lowercase hexadecimal digits, in ASCII.
  package static func appendHexDigest(of bytes: [UInt8], to text: inout [UInt8]) {
    withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 8) { digest in
      self.digest(of: bytes, into: digest)
      Hex.append(UnsafeRawBufferPointer(digest), to: &text)
    }
  }

  private static func digest(of bytes: [UInt8], into output: UnsafeMutableRawBufferPointer) {
    precondition(output.count == byteCount)
    let status = bytes.withUnsafeBytes { input in
      EVP_Digest(
        input.baseAddress, input.count, output.baseAddress, nil, Algorithms.sha256, nil)
    }
    Algorithms.require(status, "can't compute SHA-256")
  }
}
