internal import Configuration
internal import AWSClient
internal import Glibc
internal import Host
internal import LibCrypto

/// Reads what a `SecretSource` names.
struct SecretReader {
  private static let largest = 8 << 10

  let environment: [String: String]
  /// Nil where there are no credentials for AWS, or where it must not be asked.
  var client: ServiceClient?

  func secret(_ source: SecretSource) throws(TellingFailure) -> SharedSecret {
    switch source {
    case .plain(let text): return SharedSecret(SecretBytes(copying: text.value))
    case .parameter(let name): return try trimmed(parameter(name.value), "the parameter")
    case .file, .credential:
      let path = try path(source)
      let read: SharedSecret
      do throws(FileFailure) {
        read = SharedSecret(try SystemFiles().read(path, limit: Self.largest))
      } catch { throw TellingFailure("\(path) can't be read: \(error.reason)") }
      return try trimmed(read, path)
    }
  }

  /// As text, for URLs, which libcurl takes in no other form.
  func text(_ source: SecretSource) throws(TellingFailure) -> String {
    try secret(source).bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// Of a URL: `https`, or this host itself. Anything else would show a secret to the network.
  func url(_ source: SecretSource) throws(TellingFailure) -> String {
    let url = try text(source)
    let isPlain = url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    let rest = url.split(separator: "://", maxSplits: 1).last ?? ""
    let authority = rest.prefix { !"/?#".contains($0) }
    let host = authority.prefix { $0 != ":" }
    let isLoopback = url.hasPrefix("http://") && ["127.0.0.1", "localhost"].contains(host)
    guard isPlain, !authority.isEmpty, !authority.contains("@"),
      url.hasPrefix("https://") || isLoopback
    else {
      throw TellingFailure("its URL isn't one that begins with https://")
    }
    return url
  }

  /// Whether it could be read only where systemd starts the program.
  func needsUnit(_ source: SecretSource) -> Bool {
    source.credential != nil && environment["CREDENTIALS_DIRECTORY"] == nil
  }

  /// What is wrong with a source as far as this host can tell, and AWS where it may be asked.
  func fault(_ source: SecretSource, isURL: Bool) -> String? {
    if source.parameter != nil, client == nil { return nil }
    do throws(TellingFailure) {
      if case .file(let path) = source { try checkMode(path.value) }
      if isURL {
        _ = try url(source)
      } else if try secret(source).bytes.count < 16 {
        return "the secret is shorter than 16 characters: make one with `openssl rand -hex 32`"
      }
    } catch { return error.message }
    return nil
  }

  private func path(_ source: SecretSource) throws(TellingFailure) -> String {
    guard case .credential(let name) = source else { return source.written.value }
    guard let directory = environment["CREDENTIALS_DIRECTORY"], directory.hasPrefix("/") else {
      throw TellingFailure(
        "the credential \(name.value) isn't here: systemd sets CREDENTIALS_DIRECTORY for the "
          + "unit with LoadCredential=\(name.value):…")
    }
    return "\(directory)/\(name.value)"
  }

  private func checkMode(_ path: String) throws(TellingFailure) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & 0o007 != 0 {
      throw TellingFailure("\(path) can be read or written by everybody: chmod 0600 \(path)")
    }
    // Whoever can change it would choose where messages go.
    if let weakness = TrustPolicy().weakness(of: path) {
      throw TellingFailure("\(weakness.path) \(weakness.reason): \(weakness.remedy)")
    }
  }

  private func parameter(_ name: String) throws(TellingFailure) -> SharedSecret {
    guard let client else {
      throw TellingFailure("the parameter \(name) can't be read without AWS credentials")
    }
    do {
      let read = try SSM.getParameter(name: name, withDecryption: true)
      let found = try client.run(Call(read)).output
      guard found.type == "SecureString" else {
        throw TellingFailure("the parameter \(name) isn't a SecureString")
      }
      return SharedSecret(found.value.clone())
    } catch let failure as AWSFailure {
      throw TellingFailure(
        "the parameter \(name) can't be read: \(failure.code ?? failure.message)")
    } catch {
      throw error as? TellingFailure ?? TellingFailure("the parameter \(name) can't be asked for")
    }
  }

  /// Editors end a file with a line break.
  private func trimmed(
    _ secret: SharedSecret, _ what: String
  ) throws(TellingFailure) -> SharedSecret {
    let inner = secret.bytes.withUnsafeBytes { bytes in
      let isSpace = { (byte: UInt8) in byte <= 0x20 }
      let start = bytes.firstIndex { !isSpace($0) } ?? bytes.endIndex
      let end = bytes.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start
      return SharedSecret(
        SecretBytes(copying: UnsafeRawBufferPointer(rebasing: bytes[start..<end])))
    }
    guard inner.bytes.count > 0 else { throw TellingFailure("\(what) is empty") }
    return inner
  }
}
