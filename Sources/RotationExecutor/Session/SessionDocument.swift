internal import FoundationEssentials
package import LibCrypto

/// A session as it is written: put, and then compared with what is read back.
package final class SessionText: Sendable {
  package let bytes: SecretBytes

  init(_ bytes: consuming SecretBytes) { self.bytes = bytes }
}

/// What the parameter `session` holds: what SDKs expect from a `credential_process`.
package enum SessionDocument {
  /// Parameter Store's limit for a Standard parameter, in bytes.
  package static let largest = 4096

  /// Nil where a part has characters that JSON would have to escape: AWS's have none.
  package static func render(_ session: SessionCredentials) -> SessionText? {
    guard isPlain(session.secret), isPlain(session.token),
      session.accessKeyId.utf8.allSatisfy(isPlain)
    else { return nil }
    var bytes = [UInt8]()
    // Reserved at once: growing would leave copies of the secret in freed memory.
    bytes.reserveCapacity(256 + session.secret.count + session.token.count)
    bytes += "{\"Version\":1,\"AccessKeyId\":\"\(session.accessKeyId)\"".utf8
    bytes += ",\"SecretAccessKey\":\"".utf8
    session.secret.withUnsafeBytes { bytes += $0 }
    bytes += "\",\"SessionToken\":\"".utf8
    session.token.withUnsafeBytes { bytes += $0 }
    bytes += "\",\"Expiration\":\"\(session.expiration.formatted(.iso8601))\"}".utf8
    return SessionText(SecretBytes(wiping: &bytes))
  }

  private static func isPlain(_ secret: borrowing SecretBytes) -> Bool {
    secret.count > 0 && secret.withUnsafeBytes { $0.allSatisfy(isPlain) }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  /// Reads one; nil where it isn't a session, whatever else it is.
  package static func read(_ value: borrowing SecretBytes) -> SessionCredentials? {
    struct Form: Decodable {
      var Version: Int
      var AccessKeyId: String
      var SecretAccessKey: String
      var SessionToken: String
      var Expiration: Date
    }
    guard value.count <= largest else { return nil }
    let form = value.withUnsafeBytes { bytes -> Form? in
      guard let base = bytes.baseAddress else { return nil }
      let data = Data(
        bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: bytes.count,
        deallocator: .none)
      let decoder = JSONDecoder()
      decoder.dateDecodingStrategy = .iso8601
      return try? decoder.decode(Form.self, from: data)
    }
    guard let form, form.Version == 1 else { return nil }
    return SessionCredentials(
      accessKeyId: form.AccessKeyId, secret: SecretBytes(copying: form.SecretAccessKey),
      token: SecretBytes(copying: form.SessionToken), expiration: form.Expiration)
  }
}
