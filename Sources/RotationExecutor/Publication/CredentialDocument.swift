package import LibCrypto
internal import RotationPlanner
internal import SecretCoding

/// The forms in which a key and its secret are written, and the reading of the first of them, which
/// is what `credentials` holds.
package enum CredentialDocument {
  package static func render(
    _ pair: AccessKeyPair, as format: ProjectionFormat, profile: String = "default"
  ) -> SecretBytes {
    let id = pair.id.rawValue
    return switch format {
    case .json:
      CredentialProcessDocument.write(accessKeyId: id, secretAccessKey: pair.secret)
    case .accessKeyId: SecretBytes(copying: id)
    case .secretAccessKey: pair.secret.clone()
    case .dotenv: join("AWS_ACCESS_KEY_ID=\(id)\nAWS_SECRET_ACCESS_KEY=", pair, "\n")
    case .credentialsFile:
      join("[\(profile)]\naws_access_key_id = \(id)\naws_secret_access_key = ", pair, "\n")
    }
  }

  /// Whether id and secret consist of what IAM makes them of, so that no form needs escaping:
  /// letters, digits, `+`, `/`, `=`.
  package static func isPlain(_ pair: AccessKeyPair) -> Bool {
    func plain(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F, 0x3D: true
      default: false
      }
    }
    return !pair.id.rawValue.isEmpty && pair.secret.count > 0
      && pair.id.rawValue.utf8.allSatisfy(plain)
      && pair.secret.withUnsafeBytes { $0.allSatisfy(plain) }
  }

  /// What `credentials` holds; the error says what is wrong with it, never what stands in it.
  package static func read(_ value: borrowing SecretBytes) -> Result<AccessKeyPair, Damage> {
    guard value.count <= 4096 else { return .failure(Damage("longer than 4 KB")) }
    guard let form = CredentialProcessDocument.read(value) else {
      return .failure(Damage("not the JSON of a credential"))
    }
    guard form.version == 1 else { return .failure(Damage("Version \(form.version), not 1")) }
    let pair = AccessKeyPair(
      id: AccessKeyID(form.accessKeyId), secret: form.secretAccessKey.bytes.clone())
    guard isPlain(pair) else { return .failure(Damage("characters that no access key has")) }
    return .success(pair)
  }

  package struct Damage: Error, Sendable, Equatable {
    package var reason: String

    init(_ reason: String) { self.reason = reason }
  }

  private static func join(_ prefix: String, _ pair: AccessKeyPair, _ suffix: String)
    -> SecretBytes
  {
    let bytes = WipingBuffer(
      capacity: prefix.utf8.count + pair.secret.count + suffix.utf8.count)
    bytes.append(prefix)
    bytes.append(pair.secret)
    bytes.append(suffix)
    return bytes.take()
  }
}
