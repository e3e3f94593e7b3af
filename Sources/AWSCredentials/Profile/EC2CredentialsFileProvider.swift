internal import AWSClient
internal import Host
internal import LibCrypto

/// The file of the original EC2 tools: `AWSAccessKeyId=…` and `AWSSecretKey=…`, named by
/// `AWS_CREDENTIAL_FILE`.
struct EC2CredentialsFileProvider: CredentialProvider {
  let name = "EC2 credential file"

  func provide(_ world: CredentialsWorld) -> ProviderResult {
    guard let path = world.environment("AWS_CREDENTIAL_FILE") else {
      return .notConfigured("AWS_CREDENTIAL_FILE is not set")
    }
    do throws(FileFailure) {
      let bytes = try world.context.files.read(
        world.context.expandingHome(path), limit: SharedConfiguration.sizeLimit)
      return read(bytes, path)
    } catch {
      return .failed(
        failure(
          .fileUnreadable, "\(path): \(error.reason)",
          remedy: "Mend the file, or unset AWS_CREDENTIAL_FILE."))
    }
  }

  private func read(_ bytes: borrowing SecretBytes, _ path: String) -> ProviderResult {
    bytes.withUnsafeBytes { buffer in
      guard let id = value(of: "AWSAccessKeyId", in: buffer) else {
        return .notConfigured("\(path) has no AWSAccessKeyId")
      }
      guard let secret = value(of: "AWSSecretKey", in: buffer) else {
        return .failed(
          failure(
            .credentialsPartial, "\(path) has AWSAccessKeyId and no AWSSecretKey",
            remedy: "Write both, or unset AWS_CREDENTIAL_FILE."))
      }
      return .found(
        Credentials(
          accessKeyId: IniText.string(id),
          secretAccessKey: SecretBytes(copying: UnsafeRawBufferPointer(rebasing: secret)),
          source: "\(name) \(path)"))
    }
  }

  /// The last value of a name in lines of `NAME = VALUE`; every other line is passed over.
  private func value(of name: String, in buffer: UnsafeRawBufferPointer) -> IniText.Line? {
    let line = IniText.lines(buffer).last { line in
      line.firstIndex(of: UInt8(ascii: "=")).map {
        IniText.trimmed(line[..<$0]).elementsEqual(name.utf8)
      } ?? false
    }
    return line.flatMap { line in
      line.firstIndex(of: UInt8(ascii: "=")).map {
        IniText.trimmed(line[(line.index(after: $0))...])
      }
    }
  }
}
