internal import LibCrypto

extension SecretBytes {
  /// The bytes as text, for the interfaces that take nothing else. Keep it short-lived.
  borrowing func string() -> String {
    withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }
}
