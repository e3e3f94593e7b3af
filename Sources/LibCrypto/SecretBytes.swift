internal import CLibCrypto

/// Bytes that nobody else may see: a secret access key, a session token, a signing key.
///
/// The type can't be copied and has no description, so printing or interpolating one doesn't
/// compile. The memory is wiped when the value ends its life. Share one by wrapping it in a class.
///
/// It stays a top-level, non-generic type: optimisers have been seen to drop the `deinit` of other
/// noncopyable types.
public struct SecretBytes: ~Copyable, @unchecked Sendable {
  // Never changed after `init`, so reading it from several threads is safe.
  private let storage: UnsafeMutableRawBufferPointer

  /// Copies the bytes. The caller still owns, and should wipe, the original.
  public init(copying bytes: UnsafeRawBufferPointer) {
    storage = .allocate(byteCount: max(bytes.count, 1), alignment: 16)
    storage.copyMemory(from: bytes)
    count = bytes.count
  }

  /// Copies the UTF-8 bytes of a string. The string itself can't be wiped: keep it short-lived.
  public init(copying string: String) {
    let bytes = string.utf8
    storage = .allocate(byteCount: max(bytes.count, 1), alignment: 16)
    storage.copyBytes(from: bytes)
    count = bytes.count
  }

  /// Copies the bytes of an array, which the caller still owns.
  public init(copying bytes: [UInt8]) {
    storage = .allocate(byteCount: max(bytes.count, 1), alignment: 16)
    storage.copyBytes(from: bytes)
    count = bytes.count
  }

  /// A secret that is written where it stays, so that no copy of it needs wiping.
  ///
  /// `body` must write all of the zeroed bytes that it gets.
  public init(count: Int, initializingWith body: (UnsafeMutableRawBufferPointer) -> Void) {
    storage = .allocate(byteCount: max(count, 1), alignment: 16)
    storage.initializeMemory(as: UInt8.self, repeating: 0)
    self.count = count
    body(UnsafeMutableRawBufferPointer(rebasing: storage[0..<count]))
  }

  /// Takes over memory, all of which is wiped at the end; so many of its bytes are the secret.
  init(adopting memory: UnsafeMutableRawBufferPointer, count: Int) {
    storage = memory
    self.count = count
  }

  /// The number of bytes.
  public let count: Int

  /// Lends the bytes for the duration of the call. Don't let them escape.
  public borrowing func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(rebasing: storage[0..<count]))
  }

  /// A second value with the same bytes, wiped on its own.
  public borrowing func clone() -> SecretBytes {
    withUnsafeBytes { SecretBytes(copying: $0) }
  }

  /// Whether both hold the same bytes, in time that depends only on their length.
  public static func equal(_ left: borrowing SecretBytes, _ right: borrowing SecretBytes) -> Bool {
    guard left.count == right.count else { return false }
    return left.withUnsafeBytes { l in
      right.withUnsafeBytes { r in CRYPTO_memcmp(l.baseAddress, r.baseAddress, l.count) == 0 }
    }
  }

  deinit {
    wipe(storage)
    storage.deallocate()
  }
}
