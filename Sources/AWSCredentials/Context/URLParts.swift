/// The parts of a URL that decide whether it may be asked for credentials.
struct URLParts {
  /// In lower case.
  var scheme: String
  /// In lower case, without port, user and brackets.
  var host: String

  /// Nil when the text has no scheme or no host, or characters that URL readers disagree about.
  init?(_ text: String) {
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }),
      let separator = text.firstRange(of: "://")
    else { return nil }
    scheme = text[..<separator.lowerBound].lowercased()
    let authority = text[separator.upperBound...].prefix { !"/?#".contains($0) }
    // Everything up to the last @ is a user and a password.
    let hostAndPort = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    if hostAndPort.hasPrefix("[") {
      guard let end = hostAndPort.firstIndex(of: "]") else { return nil }
      host = hostAndPort[hostAndPort.index(after: hostAndPort.startIndex)..<end].lowercased()
    } else {
      host = hostAndPort.prefix { $0 != ":" }.lowercased()
    }
    if host.isEmpty { return nil }
  }

  /// A literal address of this machine: 127.0.0.0/8 or ::1.
  var isLoopback: Bool {
    if host == "::1" || host == "0:0:0:0:0:0:0:1" { return true }
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 4 && numbers[0] == "127"
      && numbers.allSatisfy { (1...3).contains($0.utf8.count) && UInt8($0) != nil }
  }
}
