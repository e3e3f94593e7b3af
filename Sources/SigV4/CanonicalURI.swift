/// The path's canonical form: the second line of the canonical request.
enum CanonicalURI {
  /// Appends the canonical form of a path as it stands in the URL. An empty path is `/`.
  static func append(_ path: Span<UInt8>, settings: SigningSettings, to text: inout CanonicalText) {
    if path.isEmpty {
      text.append("/")
    } else if settings.uriPathNormalizationMode == .enabled, !isNormal(path) {
      appendNormalized(path, settings: settings, to: &text)
    } else {
      appendEncoded(path, settings: settings, to: &text)
    }
  }

  /// Whether no segment is empty and none begins with a dot, so that nothing has to be resolved.
  private static func isNormal(_ path: Span<UInt8>) -> Bool {
    for index in path.indices.dropFirst() where path[index - 1] == UInt8(ascii: "/") {
      if path[index] == UInt8(ascii: "/") || path[index] == UInt8(ascii: ".") { return false }
    }
    return true
  }

  private static func appendNormalized(
    _ path: Span<UInt8>, settings: SigningSettings, to text: inout CanonicalText
  ) {
    let bytes = path.withUnsafeBufferPointer { Array($0) }
    let kept = segments(of: bytes)
    for segment in kept {
      text.append("/")
      appendEncoded(segment.span, settings: settings, to: &text)
    }
    // A slash at the end stays; a path of nothing else is one slash.
    if kept.isEmpty || bytes.last == UInt8(ascii: "/") { text.append("/") }
  }

  /// RFC 3986, section 5.2.4, and empty segments vanish, as AWS's services want it.
  private static func segments(of path: [UInt8]) -> [ArraySlice<UInt8>] {
    var kept: [ArraySlice<UInt8>] = []
    for segment in path.split(separator: UInt8(ascii: "/")) {
      if segment.elementsEqual(".".utf8) { continue }
      if segment.elementsEqual("..".utf8) {
        _ = kept.popLast()
      } else {
        kept.append(segment)
      }
    }
    return kept
  }

  private static func appendEncoded(
    _ path: Span<UInt8>, settings: SigningSettings, to text: inout CanonicalText
  ) {
    guard settings.percentEncodingMode == .double else { return text.append(path) }
    appendEncoded(path, keepsSlashes: true, to: &text)
  }

  /// Appends a text with every byte percent-encoded that RFC 3986, section 2.3, doesn't leave as it
  /// is.
  static func appendEncoded(
    _ bytes: Span<UInt8>, keepsSlashes: Bool, to text: inout CanonicalText
  ) {
    for index in bytes.indices {
      let byte = bytes[index]
      if isUnreserved(byte) || (keepsSlashes && byte == UInt8(ascii: "/")) {
        text.append(byte)
      } else {
        text.append("%")
        text.append(upperDigit(byte >> 4))
        text.append(upperDigit(byte & 15))
      }
    }
  }

  /// RFC 3986, section 2.3.
  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  private static func upperDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
}
