internal import FoundationEssentials
package import LibCrypto

/// What shows that this program wrote a version of the record: a code over the version's text, under
/// a key that only those can derive who may decrypt `credentials`.
///
/// The key is HMAC-SHA256 under the secret of the published key that the version itself names, over
/// account, user id and the record's own name; the code is HMAC-SHA256 under that key over the text,
/// its `mac` left empty. So a version proves nothing for another user or at another place, and the
/// secret is used for nothing else under this label.
package enum RecordProof {
  /// In base64. 18 bytes of the code, 144 bits.
  static let length = 24
  private static let label = "rotate record 1"

  /// The JSON of the document, with its proof.
  package static func sealed(
    _ document: RecordDocument, by secret: borrowing SecretBytes, name: String
  ) -> [UInt8] {
    var document = document
    document.mac = ""
    document.mac = code(
      of: document.encoded(), by: secret, scope: Scope(of: document, name: name))
    return document.encoded()
  }

  /// Whether the proof that stands in the text of a version is the one that this secret makes.
  package static func fits(
    _ text: String, _ document: RecordDocument, by secret: borrowing SecretBytes, name: String
  ) -> Bool {
    guard let mac = document.mac, mac.utf8.count == length else { return false }
    // In JSON a quotation mark inside a string has a backslash before it, so this is the field.
    let parts = text.split(separator: "\"mac\":\"\(mac)\"", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return false }
    let expected = code(
      of: Array((parts[0] + "\"mac\":\"\"" + parts[1]).utf8), by: secret,
      scope: Scope(of: document, name: name))
    return SecretBytes.equal(SecretBytes(copying: expected), SecretBytes(copying: mac))
  }

  /// What one key is derived for.
  private struct Scope {
    var bytes: [UInt8]

    init(of document: RecordDocument, name: String) {
      // None of them holds a line's end: so no two scopes have the same bytes.
      bytes = Array(
        [RecordProof.label, document.account, document.userId, name].joined(separator: "\n").utf8)
    }
  }

  private static func code(
    of text: [UInt8], by secret: borrowing SecretBytes, scope: Scope
  ) -> String {
    var derivation = HMACSHA256(key: secret)
    let key = derivation.secretCode(of: scope.bytes.span)
    var authentication = HMACSHA256(key: key)
    let code = authentication.code(of: text.span)
    return Data(code.indices.prefix(18).map { code[$0] }).base64EncodedString()
  }
}
