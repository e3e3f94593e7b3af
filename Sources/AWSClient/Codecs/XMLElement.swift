package import struct FoundationEssentials.Date

/// One element of a reply, without attributes, which the Query protocol doesn't use.
package struct XMLElement: Sendable {
  /// Without a namespace prefix.
  package var name: String
  /// The character data of this element itself, in one piece.
  package var text: String = ""
  package var children: [XMLElement] = []

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
    let text = try element(path).text.trimmingBlanks
    guard !text.isEmpty else { throw CodecFailure("<\(path.joined(separator: "/"))> is empty") }
    return text
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
    let text = child(name)?.text.trimmingBlanks ?? ""
    return text.isEmpty ? nil : text
  }

  /// The `<member>` elements of a list, which may be empty but must be there.
  package func members(_ path: String...) throws(CodecFailure) -> [XMLElement] {
    try element(path).children.filter { $0.name == "member" }
  }
}
