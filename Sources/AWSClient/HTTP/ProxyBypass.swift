internal import Glibc

/// Which hosts are reached without a proxy: the list of `NO_PROXY`.
///
/// It is read as urllib reads it, and so botocore: entries between commas, each a host or a domain
/// with all that is below it, with or without leading dots, with or without a port (which then must
/// be the URL's, where the URL has one), IPv6 in brackets; `*` alone for everything. Beyond that,
/// as libcurl: blanks between entries, networks (`10.0.0.0/8`, `fd00::/8`), IPv6 without brackets,
/// names with the root's dot. libcurl itself knows no ports, so it isn't asked.
struct ProxyBypass {
  private let isForAll: Bool
  private let entries: [String]

  init(_ list: String) {
    isForAll = list.trimmingBlanks == "*"
    entries = list.split { $0 == "," || $0.isWhitespace }.map { $0.lowercased() }
  }

  /// `authority`: the URL's host as written there, with its port if it has one.
  func covers(_ authority: String) -> Bool {
    if isForAll { return true }
    let full = authority.lowercased()
    let host = Self.withoutPort(full)
    return entries.contains { entry in
      let name = String(entry.drop { $0 == "." })
      return Self.isIn(name, host) || Self.isIn(name, full)
        || Self.coversByAddress(name, Self.bare(host))
    }
  }

  /// The host and port of an absolute URL.
  static func authority(of url: String) -> String {
    let rest = url.split(separator: "://", maxSplits: 1).last ?? ""
    let authority = rest.prefix { !"/?#".contains($0) }
    return String(authority.split(separator: "@", omittingEmptySubsequences: false).last ?? "")
  }

  private static func isIn(_ name: String, _ host: String) -> Bool {
    host == name || host.hasSuffix("." + name)
  }

  private static func withoutPort(_ text: String) -> String {
    guard let colon = text.lastIndex(of: ":"),
      text[text.index(after: colon)...].utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return text }
    return String(text[..<colon])
  }

  /// Without the brackets of an IPv6 address, and without the root's dot.
  private static func bare(_ host: String) -> String {
    if host.hasPrefix("["), host.hasSuffix("]") { return String(host.dropFirst().dropLast()) }
    return host.hasSuffix(".") ? String(host.dropLast()) : host
  }

  private static func coversByAddress(_ name: String, _ host: String) -> Bool {
    guard let address = address(host) else {
      let name = bare(name)
      return !name.isEmpty && isIn(name, host)
    }
    let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let network = parts.first.flatMap({ self.address(bare(String($0))) }),
      network.count == address.count
    else { return false }
    guard parts.count > 1 else { return network == address }
    guard let bits = Int(parts[1]), (0...address.count * 8).contains(bits) else { return false }
    return zip(network, address).enumerated().allSatisfy { index, pair in
      let significant = min(max(bits - index * 8, 0), 8)
      return (pair.0 ^ pair.1) >> (8 - significant) == 0
    }
  }

  /// The bytes of an IPv4 or IPv6 address; nil: it is a name.
  private static func address(_ text: String) -> [UInt8]? {
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: count)
      if inet_pton(family, text, &bytes) == 1 { return bytes }
    }
    return nil
  }
}
