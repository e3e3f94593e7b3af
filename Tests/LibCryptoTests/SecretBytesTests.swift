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

  @Test func wipesTheArrayItTakes() {
    var bytes: [UInt8] = [1, 2, 3]
    let secret = SecretBytes(wiping: &bytes)
    #expect(bytes.isEmpty && secret.withUnsafeBytes { Array($0) } == [1, 2, 3])
  }

  @Test func writtenInPlace() {
    let secret = SecretBytes(count: 3) { $0.copyBytes(from: [7, 8]) }
    #expect(secret.withUnsafeBytes { Array($0) } == [7, 8, 0])
  }
}
