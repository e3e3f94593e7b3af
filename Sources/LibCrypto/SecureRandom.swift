internal import CLibCrypto

/// Random bytes that nobody can guess: for ids, never for the planner, which is pure.
package enum SecureRandom {
  /// As many bytes as asked for, from the system's generator.
  package static func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
      Algorithms.require(
        RAND_bytes(output.baseAddress, CInt(count)), "has no random bytes")
      initialized = count
    }
  }

  /// A new id of 32 lowercase hexadecimal digits, 128 random bits.
  package static func id() -> String { Hex.encode(bytes(16)) }
}
