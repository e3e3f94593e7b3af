internal import LibCrypto

/// The text of a signature's stages, in one block that is wiped at the end: a session token may stand
/// in it. Never changed once it is made, so several threads may read it.
final class StageMemory: ManagedBuffer<StageMemory.Size, UInt8> {
  struct Size {
    let capacity: Int
    var count = 0
  }

  /// Bytes that `write` appends, at most so many.
  static func make(
    capacity: Int, writing write: (inout CanonicalText) throws(SigningError) -> Void
  ) throws(SigningError) -> StageMemory {
    let made = create(minimumCapacity: capacity) { _ in Size(capacity: capacity) }
    let memory = unsafeDowncast(made, to: StageMemory.self)
    let count = try memory.withUnsafeMutablePointerToElements { start throws(SigningError) in
      var text = CanonicalText(in: UnsafeMutableBufferPointer(start: start, count: capacity))
      try write(&text)
      return text.count
    }
    memory.header.count = count
    return memory
  }

  var count: Int { header.count }

  /// Lends the bytes for the duration of the call.
  func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    withUnsafeMutablePointers { size, start in
      body(UnsafeBufferPointer(start: start, count: size.pointee.count))
    }
  }

  deinit {
    withUnsafeMutablePointers { size, start in
      wipe(UnsafeMutableRawBufferPointer(start: start, count: size.pointee.capacity))
    }
  }
}
