internal import AWSClient
internal import LibCrypto

/// A key that is written out in a section of a file.
enum StaticCredentials {
  /// Nil when the section has no `aws_access_key_id`.
  static func read(
    _ section: [String: Setting], source: String, withToken: Bool = true
  ) throws(CredentialFailure) -> Credentials? {
    guard let id = section["aws_access_key_id"] else { return nil }
    guard let accessKeyId = id.text, isAccessKeyId(accessKeyId) else {
      throw CredentialFailure(
        .settingInvalid, source: source,
        "\(id.place): expected an access key id, one word of letters and digits",
        remedy: "Mend the value. An indented line below it counts as part of it.")
    }
    guard let secret = try read(section["aws_secret_access_key"], source) else {
      throw CredentialFailure(
        .credentialsPartial, source: source,
        "\(id.file):\(id.line): aws_access_key_id stands there without aws_secret_access_key",
        remedy: "Write both in one section of one file, or neither.")
    }
    // The older name first, as botocore looks.
    let token =
      withToken ? section["aws_security_token"] ?? section["aws_session_token"] : nil
    return Credentials(
      accessKeyId: accessKeyId, secretAccessKey: secret.bytes.clone(),
      sessionToken: try read(token, source).map { $0.bytes.clone() }, source: source)
  }

  private static func read(
    _ setting: Setting?, _ source: String
  ) throws(CredentialFailure) -> SharedSecret? {
    switch setting?.value {
    case .secret(let secret) where secret.bytes.count > 0:
      return secret
    case .continuedSecret(let line):
      throw CredentialFailure(
        .settingInvalid, source: source,
        "\(setting?.place ?? "") goes on in line \(line), since that line is indented",
        remedy: "Write line \(line) without white space before it, if it is a setting of its own.")
    default:
      guard let setting, setting.name != "aws_session_token", setting.name != "aws_security_token"
      else { return nil }
      throw CredentialFailure(
        .credentialsPartial, source: source, "\(setting.place) is blank",
        remedy: "Write the secret there, or remove the section's key.")
    }
  }

  private static func isAccessKeyId(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
