internal import FoundationEssentials
package import LibCrypto
internal import RotationPlanner

/// The forms in which a key and its secret are written, and the reading of the first of them.
///
/// `credentials` holds what SDKs expect from a `credential_process`
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html).
package enum CredentialDocument {
  package static func render(
    _ pair: AccessKeyPair, as format: ProjectionFormat, profile: String = "default"
  ) -> SecretBytes {
    let id = pair.id.rawValue
    return switch format {
    case .json:
      join("{\"Version\":1,\"AccessKeyId\":\"\(id)\",\"SecretAccessKey\":\"", pair, "\"}")
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
    struct Form: Decodable {
      var Version: Int
      var AccessKeyId: String
      var SecretAccessKey: String
    }
    guard value.count <= 4096 else { return .failure(Damage("longer than 4 KB")) }
    let form = value.withUnsafeBytes { bytes -> Form? in
      guard let base = bytes.baseAddress else { return nil }
      let data = Data(
        bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: bytes.count,
        deallocator: .none)
      return try? JSONDecoder().decode(Form.self, from: data)
    }
    guard let form else { return .failure(Damage("not the JSON of a credential")) }
    guard form.Version == 1 else { return .failure(Damage("Version \(form.Version), not 1")) }
    let pair = AccessKeyPair(
      id: AccessKeyID(form.AccessKeyId), secret: SecretBytes(copying: form.SecretAccessKey))
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
    var bytes = [UInt8]()
    // Reserved at once: growing would leave copies of the secret in freed memory.
    bytes.reserveCapacity(prefix.utf8.count + pair.secret.count + suffix.utf8.count)
    bytes += prefix.utf8
    pair.secret.withUnsafeBytes { bytes += $0 }
    bytes += suffix.utf8
    return SecretBytes(wiping: &bytes)
  }
}
