package import LibCrypto
package import struct FoundationEssentials.Date

/// One element of a reply, without attributes, which the Query protocol doesn't use.
package struct XMLElement: Sendable {
  /// Without a namespace prefix.
  package let name: String
  /// The character data of this element itself, in one piece. Taken for a secret until somebody asks
  /// for a `String`.
  private let content: SharedSecret
  package let children: [XMLElement]

  init(name: String, content: SharedSecret, children: [XMLElement]) {
    self.name = name
    self.content = content
    self.children = children
  }

  /// The character data, without blanks at the ends, of what is no secret.
  package var text: String { trimmed { String(decoding: $0, as: UTF8.self) } }

  private func trimmed<Result: ~Copyable>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    content.withUnsafeBytes { body($0.trimmingBlanks) }
  }

  /// The first child of this name.
  package func child(_ name: String) -> XMLElement? {
    children.first { $0.name == name }
  }

  /// The element that a path of names leads to.
  package func element(_ path: [String]) throws(CodecFailure) -> XMLElement {
    var current = self
    for name in path {
      guard let next = current.child(name) else {
        throw CodecFailure("<\(current.name)> has no <\(name)>")
      }
      current = next
    }
    return current
  }

  /// The text at the end of a path, which must not be empty.
  package func string(_ path: String...) throws(CodecFailure) -> String {
    let text = try element(path).text
    guard !text.isEmpty else { throw CodecFailure("<\(path.joined(separator: "/"))> is empty") }
    return text
  }

  /// The secret in a child, which must not be empty.
  package func secret(_ name: String) throws(CodecFailure) -> SecretBytes {
    let secret = try element([name]).trimmed { SecretBytes(copying: $0) }
    guard secret.count > 0 else { throw CodecFailure("<\(name)> is empty") }
    return secret
  }

  /// The time at the end of a path.
  package func date(_ name: String) throws(CodecFailure) -> Date {
    let text = try string(name)
    guard let date = Timestamp.parse(text) else {
      throw CodecFailure(
        "<\(name)> is \"\(Redaction.time(text))\", which is not a time in ISO 8601")
    }
    return date
  }

  /// The text of a child that may be absent or empty.
  package func optionalString(_ name: String) -> String? {
    let text = child(name)?.text ?? ""
    return text.isEmpty ? nil : text
  }

  /// The `<member>` elements of a list, which may be empty but must be there.
  package func members(_ path: String...) throws(CodecFailure) -> [XMLElement] {
    try element(path).children.filter { $0.name == "member" }
  }
}
