internal import LibCrypto
internal import RotationExecutor
internal import RotationPlanner

/// The lines of a file of settings that hold the key. All others are somebody else's and stay.
struct KeyLines {
  /// The section they stand in; nil: the file has none (dotenv).
  private let section: String?

  init(_ projection: FileProjection) {
    section = projection.format == .credentialsFile ? projection.profile : nil
  }

  /// A session token of before would make the new key useless.
  private static let names: Set<String> = [
    "aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token",
  ]

  func keyId(in content: borrowing SecretBytes) -> AccessKeyID? {
    content.withUnsafeBytes { bytes in
      var inside = section == nil
      for line in bytes.split(separator: UInt8(ascii: "\n")) {
        if let name = header(line) { inside = name == section }
        guard inside, name(line) == "aws_access_key_id" else { continue }
        let value = line.drop { !endsName($0) }.dropFirst()
        return AccessKeyID(Self.trimmed(Array(value)))
      }
      return nil
    }
  }

  /// The file with the key's lines replaced by those of `rendered`.
  func replaced(
    in content: borrowing SecretBytes, by rendered: borrowing SecretBytes
  ) -> SecretBytes {
    var result = [UInt8]()
    // Reserved at once: growing would leave copies of the secret in freed memory.
    result.reserveCapacity(content.count + rendered.count + 2)
    var isPlaced = false
    rendered.withUnsafeBytes { new in
      // The section's header is among them; where the file has one already, it stays.
      let lines = section == nil ? new[...] : new.drop { $0 != UInt8(ascii: "\n") }.dropFirst()
      content.withUnsafeBytes { old in
        var inside = section == nil
        for line in old.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
          if let name = header(line) { inside = name == section }
          let isKey = inside && name(line).map { Self.names.contains($0) } ?? false
          if !isKey { result += line + [UInt8(ascii: "\n")] }
          guard inside, !isPlaced, isKey || header(line) != nil else { continue }
          result += lines
          isPlaced = true
        }
      }
      while result.last == UInt8(ascii: "\n") { result.removeLast() }
      if !result.isEmpty { result.append(UInt8(ascii: "\n")) }
      if !isPlaced { result += new }
    }
    return SecretBytes(wiping: &result)
  }

  private func header(_ line: Slice<UnsafeRawBufferPointer>) -> String? {
    guard section != nil, line.first == UInt8(ascii: "[") else { return nil }
    // Up to the last bracket of the line, as botocore reads it.
    guard let end = line.lastIndex(of: UInt8(ascii: "]")) else { return nil }
    return Self.trimmed(Array(line[..<end].dropFirst()))
  }

  /// What ends a name: in an INI file `:`, too, whichever comes first.
  private func endsName(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "=") || (section != nil && byte == UInt8(ascii: ":"))
  }

  /// What stands before `=`, in lower case; nil in a comment or a line without one.
  private func name(_ line: Slice<UnsafeRawBufferPointer>) -> String? {
    guard line.contains(where: endsName) else { return nil }
    let text = Self.trimmed(Array(line.prefix { !endsName($0) })).lowercased()
    return text.hasPrefix("export ") ? String(text.dropFirst("export ".count)) : text
  }

  static func trimmed(_ bytes: [UInt8]) -> String {
    let isSpace = { (byte: UInt8) in " \t\r\n\"'".utf8.contains(byte) }
    let text = bytes.drop(while: isSpace)
    return String(decoding: text.reversed().drop(while: isSpace).reversed(), as: UTF8.self)
  }
}
