/// The path's canonical form: the second line of the canonical request.
enum CanonicalURI {
  /// Appends the canonical form of a path as it stands in the URL. An empty path is `/`.
  static func append(_ path: ArraySlice<UInt8>, rules: SigningRules, to text: inout [UInt8]) {
    let path = path.isEmpty ? [UInt8(ascii: "/")] : path
    let start = text.count
    if !rules.normalizesPath || isNormal(path) {
      appendEncoded(path, rules: rules, to: &text)
      return
    }
    text.append(UInt8(ascii: "/"))
    for segment in segments(of: path) {
      if text.count > start + 1 { text.append(UInt8(ascii: "/")) }
      appendEncoded(segment, rules: rules, to: &text)
    }
    // A slash at the end stays, unless there is nothing before it.
    if path.last == UInt8(ascii: "/"), text.count > start + 1 { text.append(UInt8(ascii: "/")) }
  }

  /// Whether no segment is empty and none begins with a dot, so that nothing has to be resolved.
  private static func isNormal(_ path: ArraySlice<UInt8>) -> Bool {
    guard path.first == UInt8(ascii: "/") else { return false }
    return zip(path, path.dropFirst()).allSatisfy { before, byte in
      before != UInt8(ascii: "/") || (byte != UInt8(ascii: "/") && byte != UInt8(ascii: "."))
    }
  }

  /// RFC 3986, section 5.2.4, and empty segments vanish, as AWS's services want it.
  private static func segments(of path: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
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
    _ path: ArraySlice<UInt8>, rules: SigningRules, to text: inout [UInt8]
  ) {
    guard rules.doubleEncodesPath else {
      text.append(contentsOf: path)
      return
    }
    for byte in path {
      if isUnreserved(byte) || byte == UInt8(ascii: "/") {
        text.append(byte)
      } else {
        text.append(UInt8(ascii: "%"))
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
