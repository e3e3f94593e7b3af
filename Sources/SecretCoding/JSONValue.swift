package import LibCrypto

/// Any JSON value (RFC 8259) of a document that may hold a secret: Foundation's decoders would leave
/// each text in memory that nobody wipes.
package indirect enum JSONValue: Sendable {
  case null
  case bool(Bool)
  /// As it is written.
  case number(String)
  /// Taken for a secret until somebody asks for `string`.
  case text(SharedSecret)
  case array([JSONValue])
  /// In their order. Of members of one name the first counts.
  case object([(name: String, value: JSONValue)])
}

extension JSONValue {
  /// A text that is no secret.
  package static func text(_ string: String) -> JSONValue { .text(SharedSecret(copying: string)) }

  /// The text, for what is no secret.
  package var string: String? {
    secret.map { $0.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
  }

  /// The text.
  package var secret: SharedSecret? {
    if case .text(let text) = self { text } else { nil }
  }

  /// A number without a fraction.
  package var integer: Int? {
    guard case .number(let text) = self else { return nil }
    return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
  }

  /// A number.
  package var double: Double? {
    if case .number(let text) = self { Double(text) } else { nil }
  }

  /// The elements of a list.
  package var elements: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The member of an object. Setting one does nothing to what is no object.
  package subscript(name: String) -> JSONValue? {
    get {
      guard case .object(let members) = self else { return nil }
      return members.first { $0.name == name }?.value
    }
    set {
      guard case .object(var members) = self else { return }
      let place = members.firstIndex { $0.name == name } ?? members.endIndex
      members.replaceSubrange(
        place..<min(place + 1, members.endIndex), with: newValue.map { [(name, $0)] } ?? [])
      self = .object(members)
    }
  }
}

// MARK: - Writing

extension JSONValue {
  /// The shortest JSON of it.
  package func serialized() -> SecretBytes {
    let output = WipingBuffer(capacity: 256)
    write(to: output)
    return output.take()
  }

  private func write(to output: WipingBuffer) {
    switch self {
    case .null: output.append("null")
    case .bool(let value): output.append(value ? "true" : "false")
    case .number(let text): output.append(text)
    case .text(let text): text.withUnsafeBytes { Self.write($0, to: output) }
    case .array(let elements):
      output.append("[")
      for (index, element) in elements.enumerated() {
        if index > 0 { output.append(",") }
        element.write(to: output)
      }
      output.append("]")
    case .object(let members):
      output.append("{")
      for (index, member) in members.enumerated() {
        if index > 0 { output.append(",") }
        var name = member.name
        name.withUTF8 { Self.write(UnsafeRawBufferPointer($0), to: output) }
        output.append(":")
        member.value.write(to: output)
      }
      output.append("}")
    }
  }

  private static func write(_ text: UnsafeRawBufferPointer, to output: WipingBuffer) {
    output.append("\"")
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        output.append(UInt8(ascii: "\\"))
        output.append(byte)
      case 0..<0x20: output.append("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
      default: output.append(byte)
      }
    }
    output.append("\"")
  }
}
