import LibCrypto
import Testing

@Suite struct DigestTests {
  /// FIPS 180-4's examples, and the hash of nothing.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func sha256(text: String, digest: String) {
    #expect(SHA256.hexDigest(of: Array(text.utf8)) == digest)
  }

  /// RFC 4231: cases 1, 2 and 6 (a key longer than a block); and everything empty.
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0b, count: 20), "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131),
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    ([], "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
  ])
  func hmac(key: [UInt8], message: String, code: String) {
    var hmac = HMACSHA256(key: SecretBytes(copying: key))
    // Twice, with another message between: the prepared key must serve any number of messages.
    for _ in 0..<2 {
      let bytes = hmac.code(of: message.utf8Span.span)
      #expect(Hex.encode(bytes.indices.map { bytes[$0] }) == code)
      _ = hmac.code(of: "another".utf8Span.span)
    }
    let secret = hmac.secretCode(of: message.utf8Span.span)
    #expect(secret.withUnsafeBytes { Hex.encode(Array($0)) } == code)
  }

  @Test func hex() {
    #expect(Hex.encode([0x00, 0x09, 0x0a, 0x9f, 0xa0, 0xff]) == "00090a9fa0ff")
    #expect(Hex.encode([]) == "")
  }

  @Test func randomIdsDiffer() {
    let ids = (0..<1000).map { _ in SecureRandom.id() }
    #expect(Set(ids).count == 1000)
    #expect(ids.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
    #expect(SecureRandom.bytes(0).isEmpty && SecureRandom.bytes(33).count == 33)
  }
}
