internal import LibCrypto

/// Reads AWS's configuration files exactly as botocore does, which is: as Python's
/// `RawConfigParser` with its defaults, and sections within a setting on top.
///
/// What surprises people, kept because every SDK user's files rely on it:
/// - A line that is indented deeper than its setting continues it, blank lines and comment lines in
///   between notwithstanding. After a section's header nothing is continued.
/// - `=` and `:` both end a name, whichever comes first; names ignore case, sections don't.
/// - `#` and `;` start a comment only at the start of a line.
/// - A name or a section that comes twice is an error; `[DEFAULT]` stands behind every section.
struct IniParser {
  private typealias Line = Slice<UnsafeRawBufferPointer>

  /// A setting whose lines are still being gathered.
  private struct Open {
    var section: Int
    var name: String
    var line: Int
    var parts: [(text: Line, line: Int)]
  }

  private let file: String
  private var sections: [IniSection] = []
  /// Where each section stands in `sections`: a search would take minutes for the largest files.
  private var places: [String: Int] = [:]
  private var current: Int?
  private var open: Open?
  private var indentation = 0
  /// The first line that is no setting. Reported at the end: a line without any section is worse.
  private var firstBadLine: Int?

  private init(file: String) {
    self.file = file
  }

  /// The sections in the order of their first headers, `[DEFAULT]` folded into each.
  static func parse(
    _ bytes: borrowing SecretBytes, file: String
  ) throws(IniFailure) -> [IniSection] {
    try bytes.withUnsafeBytes { (buffer) throws(IniFailure) -> [IniSection] in
      var parser = IniParser(file: file)
      var number = 0
      for line in IniText.lines(buffer) {
        number += 1
        guard IniText.isUTF8(line) else {
          throw IniFailure(line: number, message: "the text is not UTF-8")
        }
        try parser.take(line, number)
      }
      try parser.close()
      if let line = parser.firstBadLine {
        throw IniFailure(
          line: line, message: "expected NAME = VALUE, a [section] or a comment (# or ;)")
      }
      return try parser.foldingDefaults()
    }
  }

  private mutating func take(_ line: Line, _ number: Int) throws(IniFailure) {
    let text = IniText.trimmed(line)
    if text.first == UInt8(ascii: "#") || text.first == UInt8(ascii: ";") { return }
    if text.isEmpty {
      open?.parts.append((text, number))
      return
    }
    let depth = IniText.scalarCount(line[..<text.startIndex])
    if open != nil, depth > indentation {
      open?.parts.append((text, number))
      return
    }
    indentation = depth
    if let name = IniText.header(text) {
      try startSection(name, number)
    } else if let section = current {
      try startSetting(text, in: section, number)
    } else {
      throw IniFailure(
        line: number,
        message: IniText.startsWithByteOrderMark(text)
          ? "the file starts with a byte-order mark; save it as UTF-8 without one"
          : "a setting stands before the first [section]")
    }
  }

  private mutating func startSection(_ name: String, _ line: Int) throws(IniFailure) {
    try close()
    let known = places[name]
    if known != nil && name != Self.defaults {
      throw IniFailure(line: line, message: "the section [\(name)] stands in the file twice")
    }
    if known == nil {
      guard sections.count < Self.maximumSections else {
        throw IniFailure(
          line: line, message: "the file has more than \(Self.maximumSections) sections")
      }
      places[name] = sections.count
      sections.append(IniSection(name: name))
    }
    current = known ?? sections.count - 1
  }

  private mutating func startSetting(
    _ text: Line, in section: Int, _ line: Int
  ) throws(IniFailure) {
    // A line that is no setting leaves the one before it open, as in Python.
    guard let end = text.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }),
      end != text.startIndex
    else {
      firstBadLine = firstBadLine ?? line
      return
    }
    try close()
    let name = IniText.string(IniText.trimmed(text[..<end])).lowercased()
    if let first = sections[section].settings[name] {
      throw IniFailure(
        line: line,
        message: "the setting of line \(first.line) stands in [\(sections[section].name)] twice")
    }
    let value = IniText.trimmed(text[text.index(after: end)...])
    open = Open(section: section, name: name, line: line, parts: [(value, line)])
    // So that a second one is noticed while the first is open.
    sections[section].settings[name] = Setting(
      name: name, value: .text(""), file: file, line: line)
  }

  /// Ends the open setting.
  private mutating func close() throws(IniFailure) {
    guard var setting = open else { return }
    open = nil
    while setting.parts.count > 1, setting.parts.last?.text.isEmpty == true {
      setting.parts.removeLast()
    }
    sections[setting.section].settings[setting.name]?.value = try Self.value(of: setting)
  }

  private static func value(of setting: Open) throws(IniFailure) -> Setting.Value {
    let first = setting.parts[0]
    if secretNames.contains(setting.name) {
      let next = setting.parts.dropFirst().first { !$0.text.isEmpty }
      return next.map { .continuedSecret(line: $0.line) }
        ?? .secret(SharedSecret(SecretBytes(copying: UnsafeRawBufferPointer(rebasing: first.text))))
    }
    // Indented by accident, a secret would become a part of a region or a role, and be shown.
    if !first.text.isEmpty, let line = setting.parts.first(where: { namesSecret($0.text) })?.line {
      return .continuedSecret(line: line)
    }
    guard setting.parts.count > 1, first.text.isEmpty else {
      return .text(setting.parts.map { IniText.string($0.text) }.joined(separator: "\n"))
    }
    var nested: [String: String] = [:]
    for part in setting.parts {
      for line in IniText.nestedLines(part.text) {
        guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
          throw IniFailure(
            line: part.line,
            message: "expected NAME = VALUE in the section that line \(setting.line) opens")
        }
        let name = IniText.string(IniText.trimmed(line[..<equals]))
        nested[name] = IniText.string(IniText.trimmed(line[(equals + 1)...]))
      }
    }
    return .nested(nested)
  }

  private static func namesSecret(_ text: Line) -> Bool {
    secretNames.contains { IniText.contains(text, $0) }
  }

  private func foldingDefaults() throws(IniFailure) -> [IniSection] {
    let defaults = places[Self.defaults].map { sections[$0].settings } ?? [:]
    guard defaults.count * sections.count <= Self.maximumFolded else {
      throw IniFailure(
        line: defaults.values.map(\.line).min() ?? 1,
        message: "[\(Self.defaults)] has too many settings for so many sections")
    }
    return sections.filter { $0.name != Self.defaults }.map { section in
      var section = section
      section.settings.merge(defaults) { own, _ in own }
      return section
    }
  }

  private static let defaults = "DEFAULT"
  /// The largest files known have some hundreds of generated profiles.
  static let maximumSections = 10_000
  /// How many settings `[DEFAULT]` may put behind the sections, all together.
  static let maximumFolded = 200_000
  private static let secretNames: Set = [
    "aws_secret_access_key", "aws_session_token", "aws_security_token",
  ]
}
