internal import LibCrypto
internal import RotationExecutor
internal import RotationPlanner

/// The lines of a dotenv file that hold the key. All others are somebody else's and stay as they are.
enum DotenvFile {
  private typealias Line = Slice<UnsafeRawBufferPointer>

  private static let idName = "AWS_ACCESS_KEY_ID"
  private static let secretName = "AWS_SECRET_ACCESS_KEY"
  /// One of before would make the new key useless.
  private static let tokenNames = ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"]

  /// Nil where the file holds no key that could work.
  static func keyId(in content: borrowing SecretBytes) -> AccessKeyID? {
    content.withUnsafeBytes { bytes in
      var ids: Set<String> = []
      var hasSecret = false
      var isContinued = false
      for line in lines(bytes) {
        let isSwallowed = isContinued
        isContinued = continues(line)
        guard let (name, value) = setting(line) else { continue }
        // A shell and systemd would read it as the end of the value before.
        if isSwallowed, [idName, secretName].contains(name) { return nil }
        if tokenNames.contains(name) { return nil }
        if name == secretName { hasSecret = !value.isEmpty }
        if name == idName { ids.insert(unquoted(value)) }
      }
      return hasSecret && ids.count == 1 ? ids.first.map { AccessKeyID($0) } : nil
    }
  }

  /// The file with the values of the key's lines replaced; lines that are missing are added at its end.
  static func replaced(
    in content: borrowing SecretBytes, by pair: AccessKeyPair
  ) -> (content: SharedSecret, removedToken: Bool) {
    let result = WipingBuffer(capacity: content.count + pair.secret.count + 256)
    var missing = [idName, secretName]
    var removedToken = false
    content.withUnsafeBytes { old in
      var isContinued = false
      var isOwnContinued = false
      for line in lines(old) {
        let found = setting(line)
        let (follows, followsOwn) = (isContinued, isOwnContinued)
        isContinued = continues(line)
        isOwnContinued =
          isContinued
          && (found.map { ([idName, secretName] + tokenNames).contains($0.name) } ?? followsOwn)
        // The rest of an old value goes with it.
        if followsOwn, found == nil { continue }
        if let found, tokenNames.contains(found.name) {
          removedToken = true
        } else if let (name, value) = found, [idName, secretName].contains(name) {
          missing.removeAll { $0 == name }
          if follows, !followsOwn { result.append(lineEnd(old)) }
          result.append(UnsafeRawBufferPointer(rebasing: old[line.startIndex..<value.startIndex]))
          append(name, pair, to: result)
          result.append(UnsafeRawBufferPointer(rebasing: old[value.endIndex..<line.endIndex]))
        } else {
          result.append(UnsafeRawBufferPointer(rebasing: line))
        }
      }
      let end = lineEnd(old)
      let last = result.withUnsafeBytes { $0.last }
      if !missing.isEmpty, let last, last != newline { result.append(end) }
      // An empty line ends what a backslash at a line's end goes on with, for a shell and systemd;
      // for Docker and others it is nothing.
      if !missing.isEmpty, isContinued { result.append(end) }
      for name in missing {
        result.append("\(name)=")
        append(name, pair, to: result)
        result.append(end)
      }
    }
    return (SharedSecret(result.take()), removedToken)
  }

  private static func append(_ name: String, _ pair: AccessKeyPair, to result: WipingBuffer) {
    if name == idName {
      result.append(pair.id.rawValue)
    } else {
      result.append(pair.secret)
    }
  }

  private static let newline = UInt8(ascii: "\n")

  /// With their ends.
  private static func lines(_ bytes: UnsafeRawBufferPointer) -> [Line] {
    var lines: [Line] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: newline) {
      lines.append(rest[...end])
      rest = rest[(end + 1)...]
    }
    return rest.isEmpty ? lines : lines + [rest]
  }

  /// Whether a shell and systemd read the next line as part of this one: it ends in a backslash that
  /// no other one takes away. Other readers (Docker, python-dotenv) take the backslash as it is.
  private static func continues(_ line: Line) -> Bool {
    let text = line.reversed().drop { "\r\n".utf8.contains($0) }
    return text.prefix { $0 == UInt8(ascii: "\\") }.count % 2 == 1
  }

  /// As the first line has it.
  private static func lineEnd(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    guard let end = bytes.firstIndex(of: newline), end > 0, bytes[end - 1] == UInt8(ascii: "\r")
    else { return [newline] }
    return [UInt8(ascii: "\r"), newline]
  }

  /// `NAME=value`, perhaps after `export`; nil for anything else. The value is without the line's end.
  private static func setting(_ line: Line) -> (name: String, value: Line)? {
    guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    var name = String(decoding: trimmed(line[..<equals]), as: UTF8.self)
    if name.hasPrefix("export "), let last = name.split(separator: " ").last {
      name = String(last)
    }
    var value = line[(equals + 1)...]
    while let last = value.last, "\r\n".utf8.contains(last) { value = value.dropLast() }
    return (name, value)
  }

  private static func unquoted(_ value: Line) -> String {
    let isQuote = { (byte: UInt8) in "\"'".utf8.contains(byte) }
    let text = trimmed(value)
    return String(
      decoding: text.drop(while: isQuote).reversed().drop(while: isQuote).reversed(),
      as: UTF8.self)
  }

  private static func trimmed(_ line: Line) -> Line {
    let isBlank = { (byte: UInt8) in " \t\r\n".utf8.contains(byte) }
    var text = line.drop(while: isBlank)
    while let last = text.last, isBlank(last) { text = text.dropLast() }
    return text
  }
}
