package import LibCrypto

/// One section of a file like `~/.aws/credentials`, for putting another key into it. Every byte that
/// isn't the key's stays as it is: other settings, comments, blank lines, line ends.
///
/// The file is read as SDKs read it (`IniParser`), before and after: what they couldn't read, or would
/// read otherwise than it was meant, is refused, with the line.
package struct CredentialsFile {
  package struct Edited: Sendable {
    package var content: SharedSecret
    /// A session token stood beside the key. Left there, it would make the new key useless.
    package var removedToken: Bool
  }

  private let section: String
  private let path: String

  package init(section: String, path: String) {
    self.section = section
    self.path = path
  }

  /// The id of the key that SDKs find in the section; nil where there is none that could work: no
  /// section, no id, no secret, or a session token beside them.
  package func accessKeyId(
    in content: borrowing SecretBytes
  ) throws(IniFailure) -> String? {
    let settings = try parse(content)[section] ?? [:]
    guard Self.tokenNames.allSatisfy({ settings[$0] == nil }),
      case .secret(let secret) = settings[Self.secretName]?.value, secret.bytes.count > 0,
      let id = settings[Self.idName]?.text, !id.isEmpty
    else { return nil }
    return id
  }

  /// The file with this key in the section, which is appended where it is missing.
  package func replacing(
    in content: borrowing SecretBytes, accessKeyId: String, secret: borrowing SecretBytes
  ) throws(IniFailure) -> Edited {
    let before = try parse(content)
    let lines = try content.withUnsafeBytes { (bytes) throws(IniFailure) -> KeySectionLines in
      try KeySectionLines(of: section, in: bytes)
    }
    let result = lines.edited(
      content, section: section, accessKeyId: accessKeyId, secret: secret)
    try judge(try parse(result.bytes), before, accessKeyId, secret)
    return Edited(content: result, removedToken: !lines.tokens.isEmpty)
  }

  static let idName = "aws_access_key_id"
  static let secretName = "aws_secret_access_key"
  static let tokenNames = ["aws_session_token", "aws_security_token"]

  private typealias Settings = [String: Setting]

  private func parse(_ content: borrowing SecretBytes) throws(IniFailure) -> [String: Settings] {
    let sections = try IniParser.parse(content, file: path)
    return Dictionary(uniqueKeysWithValues: sections.map { ($0.name, $0.settings) })
  }

  /// SDKs must find the new key, and everything else as it was.
  private func judge(
    _ after: [String: Settings], _ before: [String: Settings], _ id: String,
    _ secret: borrowing SecretBytes
  ) throws(IniFailure) {
    let settings = after[section] ?? [:]
    if let token = Self.tokenNames.compactMap({ settings[$0] }).first {
      throw IniFailure(
        line: token.line,
        message: "a session token stands in [DEFAULT], so behind [\(section)] too, where it would "
          + "make the key useless; take it out")
    }
    guard settings[Self.idName]?.text == id,
      case .secret(let found) = settings[Self.secretName]?.value,
      SecretBytes.equal(found.bytes, secret)
    else { throw Self.notUnderstood }
    var (after, before) = (after, before)
    for name in [Self.idName, Self.secretName] + Self.tokenNames {
      after[section]?[name] = nil
      before[section]?[name] = nil
    }
    before[section] = before[section] ?? after[section]
    guard after.count == before.count,
      after.allSatisfy({ name, settings in
        guard let other = before[name], other.count == settings.count else { return false }
        return settings.allSatisfy { $1.value.equals(other[$0]?.value) }
      })
    else { throw Self.notUnderstood }
  }

  private static let notUnderstood = IniFailure(
    line: 1, message: "a new key can't be put into this file without changing anything else")
}

extension Setting.Value {
  fileprivate func equals(_ other: Setting.Value?) -> Bool {
    switch (self, other) {
    case (.text(let left), .text(let right)): left == right
    case (.nested(let left), .nested(let right)): left == right
    case (.secret(let left), .secret(let right)): SecretBytes.equal(left.bytes, right.bytes)
    case (.continuedSecret, .continuedSecret): true
    default: false
    }
  }
}
