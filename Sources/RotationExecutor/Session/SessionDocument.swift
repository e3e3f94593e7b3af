internal import FoundationEssentials
package import LibCrypto
internal import SecretCoding

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
    return SessionText(
      CredentialProcessDocument.write(
        accessKeyId: session.accessKeyId, secretAccessKey: session.secret,
        sessionToken: session.token.clone(),
        expiration: session.expiration.formatted(.iso8601)))
  }

  private static func isPlain(_ secret: borrowing SecretBytes) -> Bool {
    secret.count > 0 && secret.withUnsafeBytes { $0.allSatisfy(isPlain) }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  /// Reads one; nil where it isn't a session, whatever else it is.
  package static func read(_ value: borrowing SecretBytes) -> SessionCredentials? {
    guard value.count <= largest, let form = CredentialProcessDocument.read(value),
      form.version == 1, let token = form.sessionToken, let written = form.expiration,
      let expiration = try? Date(written, strategy: .iso8601)
    else { return nil }
    return SessionCredentials(
      accessKeyId: form.accessKeyId, secret: form.secretAccessKey.bytes.clone(),
      token: token.bytes.clone(), expiration: expiration)
  }
}
