internal import LibCrypto

/// How a receiver knows that a message is this program's, and fresh: HMAC-SHA256 over the time and
/// the body.
enum WebhookSignature {
  /// `timestamp`: seconds since 1970.
  static func headers(
    timestamp: Int, body: [UInt8], secret: borrowing SecretBytes
  ) -> [(name: String, value: String)] {
    var hmac = HMACSHA256(key: secret)
    let signed = Array("\(timestamp).".utf8) + body
    let code = hmac.code(of: signed.span)
    return [
      ("X-Rotate-Timestamp", "\(timestamp)"),
      ("X-Rotate-Signature", "v1=\(Hex.encode(code.span))"),
    ]
  }
}
