import Glibc
import LibCrypto
import Testing

@Suite(.serialized) struct SecretBytesTests {
  /// Freed memory, read through the kernel: reading it directly would be undefined. The first
  /// bytes are left out, since the allocator writes its own lists there.
  private func patternBytes(at address: UInt, count: Int, _ pattern: UInt8) throws -> Int {
    let file = open("/proc/self/mem", O_RDONLY | O_CLOEXEC)
    try #require(file >= 0)
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: count - 64)
    let read = pread(file, &bytes, bytes.count, off_t(address) + 64)
    try #require(read == bytes.count)
    return bytes.count { $0 == pattern }
  }

  @Test func wipedAtTheEndOfItsLife() throws {
    let bytes = [UInt8](repeating: 0xA5, count: 4096)
    func addressOfDeadSecret() -> UInt {
      let secret = SecretBytes(copying: bytes)
      return secret.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    }
    for _ in 0..<20 {
      #expect(try patternBytes(at: addressOfDeadSecret(), count: 4096, 0xA5) == 0)
    }
  }

  /// What the test above would see if nothing were wiped: otherwise it would prove nothing.
  @Test func memoryThatIsNotWipedKeepsItsBytes() throws {
    var most = 0
    for _ in 0..<20 {
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
      memory.initializeMemory(as: UInt8.self, repeating: 0x5A)
      let address = UInt(bitPattern: memory.baseAddress)
      memory.deallocate()
      most = max(most, try patternBytes(at: address, count: 4096, 0x5A))
    }
    #expect(most > 0)
  }

  /// Both blocks: the one that it outgrew, and the one that it had at the end.
  @Test func buffersAreWipedWhenTheyGrowAndAtTheEnd() throws {
    let bytes = [UInt8](repeating: 0xA5, count: 4096)
    func addressesOfDeadBuffers() -> [UInt] {
      let buffer = WipingBuffer(capacity: bytes.count)
      func address() -> UInt { buffer.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }
      buffer.append(bytes)
      let first = address()
      buffer.append(UInt8(0xA5))
      return [first, address()]
    }
    for _ in 0..<20 {
      let dead = addressesOfDeadBuffers()
      #expect(dead[0] != dead[1])
      for address in dead { #expect(try patternBytes(at: address, count: 4096, 0xA5) == 0) }
    }
  }

  @Test func aBufferHandsOverItsMemory() throws {
    let bytes = [UInt8](repeating: 0xA5, count: 4096)
    func addressOfDeadSecret() -> UInt {
      let buffer = WipingBuffer(capacity: bytes.count)
      buffer.append(bytes)
      let before = buffer.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
      let secret = buffer.take()
      #expect(secret.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } == before)
      #expect(buffer.count == 0 && secret.count == bytes.count)
      buffer.append("again")
      return before
    }
    #expect(try patternBytes(at: addressOfDeadSecret(), count: 4096, 0xA5) == 0)
  }

  /// As libcurl and expat use it.
  @Test func theAllocatorWipesWhatIsFreedAndWhatIsOutgrown() throws {
    for _ in 0..<20 {
      let block = try #require(WipingAllocator.allocate(4096))
      memset(block, 0xA5, 4096)
      let larger = try #require(WipingAllocator.reallocate(block, 16_384))
      #expect(UnsafeRawBufferPointer(start: larger, count: 4096).allSatisfy { $0 == 0xA5 })
      #expect(try patternBytes(at: UInt(bitPattern: block), count: 4096, 0xA5) == 0)
      WipingAllocator.release(larger)
      #expect(try patternBytes(at: UInt(bitPattern: larger), count: 4096, 0xA5) == 0)
    }
  }

  @Test func gathersAllKindsOfBytes() {
    let buffer = WipingBuffer()
    for _ in 0..<100 {
      buffer.append("ä")
      buffer.append(SecretBytes(copying: "b"))
      buffer.append([UInt8(1), 2])
    }
    #expect(
      buffer.take().withUnsafeBytes { Array($0) }
        == (0..<100).flatMap { _ in Array("äb".utf8) + [1, 2] })
  }

  @Test(arguments: [
    ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"),
  ])
  func base64(text: String, decoded: String) {
    let bytes = Base64.decode(SecretBytes(copying: text))?.withUnsafeBytes { Array($0) }
    #expect(bytes == Array(decoded.utf8))
  }

  @Test(arguments: [
    "Z", "Zg", "Zg=", "Zg= =", "====", "Z===", " Zm9v", "Zm9v\n", "Zm-v", "Zg==Zg==",
  ])
  func noBase64(text: String) {
    let bytes = Base64.decode(SecretBytes(copying: text))?.withUnsafeBytes { Array($0) }
    #expect(bytes == nil)
  }

  @Test func holdsAndCompares() {
    let secret = SecretBytes(copying: "wJalr/ä")
    #expect(secret.count == 8)
    #expect(secret.withUnsafeBytes { Array($0) } == Array("wJalr/ä".utf8))
    // The macro can't look into calls with noncopyable arguments.
    let isEqual = [
      SecretBytes.equal(secret, secret.clone()),
      SecretBytes.equal(SecretBytes(copying: ""), SecretBytes(copying: "")),
      SecretBytes.equal(secret, SecretBytes(copying: "wJalr/a")),
      SecretBytes.equal(secret, SecretBytes(copying: "wJalr/ö")),
    ]
    #expect(isEqual == [true, true, false, false])
  }

  @Test func writtenInPlace() {
    let secret = SecretBytes(count: 3) { $0.copyBytes(from: [7, 8]) }
    #expect(secret.withUnsafeBytes { Array($0) } == [7, 8, 0])
  }
}
