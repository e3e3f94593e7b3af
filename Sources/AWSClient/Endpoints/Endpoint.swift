/// Where a service is reached, and what its requests are signed for.
package struct Endpoint: Sendable, Equatable {
  /// With scheme and path, ready for a POST.
  package let url: String
  package let signingRegion: String

  /// - Throws: what is wrong with the region or the URL, in words.
  package init(
    _ service: Service, region: String, settings: EndpointSettings
  ) throws(EndpointFailure) {
    guard Self.isHostLabel(region) else { throw .invalidRegion(region) }
    let partition = Partition.of(region: region)
    signingRegion = Self.signingRegion(service, region, partition, settings)
    if let custom = settings.serviceURLs[service] ?? settings.url {
      // Botocore takes any URL before a variant, and other SDKs refuse the two together. A sign-in
      // has always taken the URL; what changes something is refused.
      guard service.isSignIn || !settings.useFIPS && !settings.useDualStack else {
        throw .customWithVariant(custom)
      }
      url = try Self.validated(custom)
    } else {
      url = "https://\(Self.host(service, region, partition, settings))/"
    }
  }

  private static func signingRegion(
    _ service: Service, _ region: String, _ partition: Partition, _ settings: EndpointSettings
  ) -> String {
    let isGlobal = service == .iam || region == partition.pseudoRegion
    return isGlobal || usesGlobalSTS(service, region, settings) ? partition.globalRegion : region
  }

  private static func host(
    _ service: Service, _ region: String, _ partition: Partition, _ settings: EndpointSettings
  ) -> String {
    if service == .iam {
      return switch (settings.useFIPS, settings.useDualStack) {
      case (false, false): partition.iam.standard
      case (true, false): partition.iam.fips
      case (false, true): partition.iam.dualStack
      case (true, true): partition.iam.fipsDualStack
      }
    }
    if usesGlobalSTS(service, region, settings) { return "sts.amazonaws.com" }
    if service == .signin, let host = signIn(region, partition, settings) { return host }
    // The standard hosts of GovCloud are FIPS hosts; the dual-stack ones have the mark all the same.
    let isMarked = settings.useFIPS && (partition.id != "aws-us-gov" || settings.useDualStack)
    let suffix = settings.useDualStack ? partition.dualStackDNSSuffix : partition.dnsSuffix
    return "\(service.hostPrefix)\(isMarked ? "-fips" : "").\(region).\(suffix)"
  }

  /// Sign-In has hosts of its own beside the console's; nil where its names follow the others'.
  private static func signIn(
    _ region: String, _ partition: Partition, _ settings: EndpointSettings
  ) -> String? {
    guard !settings.useDualStack else { return nil }
    guard settings.useFIPS else { return "\(region).signin.\(partition.signInDNSSuffix)" }
    guard partition.id == "aws-us-gov" else { return nil }
    let host = "signin-fips.\(partition.signInDNSSuffix)"
    return region == partition.globalRegion ? host : "\(region).\(host)"
  }

  private static func usesGlobalSTS(
    _ service: Service, _ region: String, _ settings: EndpointSettings
  ) -> Bool {
    service == .sts && !settings.useFIPS && !settings.useDualStack
      && (region == "aws-global" || settings.usesLegacyGlobalSTS && legacyRegions.contains(region))
  }

  /// The regions that are older than regional STS endpoints. The list is closed.
  private static let legacyRegions: Set<String> = [
    "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1",
    "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1",
    "us-east-2", "us-west-1", "us-west-2",
  ]

  /// A region becomes a part of a host's name: nothing else may come in with it.
  private static func isHostLabel(_ text: String) -> Bool {
    let isWord = text.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
    }
    return isWord && (1...63).contains(text.utf8.count) && !text.hasPrefix("-")
      && !text.hasSuffix("-")
  }

  /// An http(s) URL with a host and no user, query or fragment, always with a path.
  private static func validated(_ url: String) throws(EndpointFailure) -> String {
    guard let scheme = ["https://", "http://"].first(where: url.lowercased().hasPrefix),
      url.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !#"\@?#"<>"#.utf8.contains($0) })
    else { throw .invalidURL(url) }
    let rest = url.dropFirst(scheme.utf8.count)
    let path = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
    let authority = rest.prefix { $0 != "/" }
    guard !authority.isEmpty, !authority.hasPrefix(":") else { throw .invalidURL(url) }
    return scheme + authority + path
  }
}
