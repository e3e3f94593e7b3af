internal import AWSClient
internal import LibCrypto

extension SecretBytes {
  /// The bytes as text, of what has turned out to be no secret.
  borrowing func string() -> String {
    withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }
}

extension SharedSecret {
  /// Without the white space at both ends, which no key, token or time has.
  var trimmingBlanks: SharedSecret {
    withUnsafeBytes { SharedSecret(SecretBytes(copying: $0.trimmingBlanks)) }
  }

  /// At most so many bytes of what an answer says that brings no secret, as text.
  func beginning(_ limit: Int) -> String {
    withUnsafeBytes { String(decoding: $0.prefix(limit), as: UTF8.self) }
  }
}
