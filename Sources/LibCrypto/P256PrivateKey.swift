internal import CLibCrypto

/// A private key on the curve P-256, which signs as ES256 (RFC 7518, section 3.4) does.
package struct P256PrivateKey: ~Copyable {
  private let key: OpaquePointer

  /// Nil when the bytes are not such a key in DER (SEC 1 or PKCS #8).
  package static func decode(der: borrowing SecretBytes) -> P256PrivateKey? {
    let key = der.withUnsafeBytes { bytes in
      var start = bytes.bindMemory(to: UInt8.self).baseAddress
      return d2i_AutoPrivateKey(nil, &start, bytes.count)
    }
    guard let key else { return nil }
    guard EVP_PKEY_is_a(key, "EC") == 1, EVP_PKEY_get_bits(key) == 256 else {
      EVP_PKEY_free(key)
      return nil
    }
    return P256PrivateKey(key: key)
  }

  private init(key: OpaquePointer) {
    self.key = key
  }

  /// The public key's coordinates, 32 bytes each.
  package borrowing func publicCoordinates() -> (x: [UInt8], y: [UInt8]) {
    (coordinate("qx"), coordinate("qy"))
  }

  private borrowing func coordinate(_ name: String) -> [UInt8] {
    var number: OpaquePointer?
    Algorithms.require(
      EVP_PKEY_get_bn_param(key, name, &number), "can't read a key's public half")
    defer { BN_free(number) }
    return Self.bytes(number)
  }

  /// The signature of the message: r and s, 32 bytes each.
  package borrowing func signature(of message: [UInt8]) -> [UInt8] {
    let context = Algorithms.required(EVP_MD_CTX_new(), "has no memory left")
    defer { EVP_MD_CTX_free(context) }
    Algorithms.require(
      EVP_DigestSignInit(context, nil, Algorithms.sha256, nil, key), "can't sign by ES256")
    // DER of two numbers of 33 bytes at most.
    var length = 80
    let encoded = [UInt8](unsafeUninitializedCapacity: length) { output, count in
      let status = EVP_DigestSign(context, output.baseAddress, &length, message, message.count)
      Algorithms.require(status, "can't sign by ES256")
      count = length
    }
    let numbers = encoded.withUnsafeBufferPointer { bytes in
      var start = bytes.baseAddress
      return Algorithms.required(
        d2i_ECDSA_SIG(nil, &start, bytes.count), "can't read its own signature")
    }
    defer { ECDSA_SIG_free(numbers) }
    return Self.bytes(ECDSA_SIG_get0_r(numbers)) + Self.bytes(ECDSA_SIG_get0_s(numbers))
  }

  private static func bytes(_ number: OpaquePointer?) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { output, count in
      let written = BN_bn2binpad(number, output.baseAddress, 32)
      Algorithms.require(written == 32 ? 1 : 0, "can't write a number of 256 bits")
      count = 32
    }
  }

  deinit {
    EVP_PKEY_free(key)
  }
}
