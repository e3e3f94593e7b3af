internal import LibCrypto

/// Where, in the bytes of a credentials file, one section's key stands; found by the rules of
/// `IniParser`, which has read the file before.
struct KeySectionLines {
  private typealias Line = Slice<UnsafeRawBufferPointer>

  /// One setting of the key.
  private struct Place {
    /// Of the value, without the blanks around it.
    var value: Range<Int>
    /// Of the whole line with its end.
    var line: Range<Int>
  }

  /// The lines of session tokens.
  private(set) var tokens: [Range<Int>] = []
  private var id: Place?
  private var secret: Place?
  /// Behind the section's header; nil where there is no such section.
  private var top: Int?
  /// What a further setting of the section must be indented by. Less, and the setting after it would
  /// become a part of it.
  private var indent: Range<Int> = 0..<0
  private var newline: [UInt8] = [UInt8(ascii: "\n")]

  /// Throws where a setting of the key goes on in an indented line.
  init(of section: String, in bytes: UnsafeRawBufferPointer) throws(IniFailure) {
    var scan = Scan()
    for (number, text) in IniText.lines(bytes).enumerated() {
      let end = Self.endOfLine(after: text.endIndex, in: bytes)
      if number == 0, text.endIndex < end { newline = Array(bytes[text.endIndex..<end]) }
      try take(text, end, section, number + 1, &scan)
    }
  }

  /// What is known of the lines so far.
  private struct Scan {
    var isInside = false
    var indentation = 0
    var isOpen = false
    /// The open setting is one of the key's.
    var isKey = false
    var sawSetting = false
  }

  private mutating func take(
    _ line: Line, _ end: Int, _ section: String, _ number: Int, _ scan: inout Scan
  ) throws(IniFailure) {
    let text = IniText.trimmed(line)
    guard let first = text.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else {
      return
    }
    let depth = IniText.scalarCount(line[..<text.startIndex])
    if scan.isOpen, depth > scan.indentation {
      guard !scan.isKey else {
        throw IniFailure(
          line: number,
          message: "the line is indented, so it continues the key before it; take the blanks out")
      }
      return
    }
    scan.indentation = depth
    scan.isKey = false
    if let name = IniText.header(text) {
      scan.isOpen = false
      scan.isInside = name == section
      if scan.isInside { top = end }
      return
    }
    scan.isOpen = true
    guard scan.isInside else { return }
    if !scan.sawSetting { indent = line.startIndex..<text.startIndex }
    scan.sawSetting = true
    scan.isKey = note(text, line.startIndex..<end)
  }

  /// Whether the setting is one of the key's.
  private mutating func note(_ text: Line, _ line: Range<Int>) -> Bool {
    guard let equals = text.firstIndex(where: { "=:".utf8.contains($0) }) else { return false }
    let value = IniText.trimmed(text[(equals + 1)...])
    let place = Place(value: value.startIndex..<value.endIndex, line: line)
    switch IniText.string(IniText.trimmed(text[..<equals])).lowercased() {
    case CredentialsFile.idName: id = place
    case CredentialsFile.secretName: secret = place
    case let name where CredentialsFile.tokenNames.contains(name): tokens.append(line)
    default: return false
    }
    return true
  }

  private static func endOfLine(after end: Int, in bytes: UnsafeRawBufferPointer) -> Int {
    guard end < bytes.count else { return end }
    let isPair =
      bytes[end] == UInt8(ascii: "\r") && end + 1 < bytes.count
      && bytes[end + 1] == UInt8(ascii: "\n")
    return end + (isPair ? 2 : 1)
  }

  // MARK: The edited file

  func edited(
    _ content: borrowing SecretBytes, section: String, accessKeyId: String,
    secret: borrowing SecretBytes
  ) -> SharedSecret {
    content.withUnsafeBytes { old in
      secret.withUnsafeBytes { secret in
        let result = WipingBuffer(
          capacity: old.count + secret.count + section.utf8.count + 256)
        var at = 0
        for edit in edits(old, section, accessKeyId) {
          result.append(UnsafeRawBufferPointer(rebasing: old[at..<edit.at.lowerBound]))
          for piece in edit.pieces {
            switch piece {
            case .plain(let text): result.append(text)
            case .secret: result.append(secret)
            }
          }
          at = edit.at.upperBound
        }
        result.append(UnsafeRawBufferPointer(rebasing: old[at...]))
        return SharedSecret(result.take())
      }
    }
  }

  private enum Piece {
    case plain([UInt8])
    case secret
  }

  private struct Edit {
    var at: Range<Int>
    /// What comes in its place.
    var pieces: [Piece] = []
  }

  /// In their order in the file.
  private func edits(
    _ old: UnsafeRawBufferPointer, _ section: String, _ accessKeyId: String
  ) -> [Edit] {
    var edits = tokens.map { Edit(at: $0) }
    var missing: [Piece] = []
    let values: [(Place?, String, Piece)] = [
      (id, CredentialsFile.idName, .plain(Array(accessKeyId.utf8))),
      (secret, CredentialsFile.secretName, .secret),
    ]
    for (place, name, value) in values {
      if let place {
        // A setting without a value may end in its `=`.
        let blank: [Piece] = place.value.isEmpty ? [.plain(Array(" ".utf8))] : []
        edits.append(Edit(at: place.value, pieces: blank + [value]))
      } else {
        missing += [.plain(old[indent] + Array("\(name) = ".utf8)), value, .plain(newline)]
      }
    }
    if !missing.isEmpty { edits.append(addition(missing, to: old, section)) }
    return edits.sorted {
      ($0.at.lowerBound, $0.at.upperBound) < ($1.at.lowerBound, $1.at.upperBound)
    }
  }

  /// Behind the other half of the key, else behind the header, else, with a header, at the end.
  private func addition(
    _ settings: [Piece], to old: UnsafeRawBufferPointer, _ section: String
  ) -> Edit {
    let place = (id ?? secret)?.line.upperBound ?? top ?? old.count
    var before: [UInt8] = []
    if place > 0, !"\r\n".utf8.contains(old[place - 1]) { before += newline }
    if top == nil {
      if place > 0 { before += newline }
      before += Array("[\(section)]".utf8) + newline
    }
    return Edit(at: place..<place, pieces: [.plain(before)] + settings)
  }
}
