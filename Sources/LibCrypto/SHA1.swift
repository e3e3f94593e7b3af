internal import CLibCrypto

/// SHA-1, for the names of AWS's cache files alone. It protects nothing any more.
package enum SHA1 {
  /// The digest as 40 lowercase hexadecimal digits.
  package static func hexDigest(of bytes: [UInt8]) -> String {
    let digest = [UInt8](unsafeUninitializedCapacity: 20) { output, count in
      let status = bytes.withUnsafeBytes {
        EVP_Digest($0.baseAddress, $0.count, output.baseAddress, nil, EVP_sha1(), nil)
      }
      Algorithms.require(status, "can't compute SHA-1")
      count = 20
    }
    return Hex.encode(digest)
  }
}
