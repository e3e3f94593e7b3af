/// Why there is no endpoint to send to.
package enum EndpointFailure: Error, Sendable, Equatable, CustomStringConvertible {
  case invalidRegion(String)
  case invalidURL(String)
  case customWithVariant(String)

  package var description: String {
    switch self {
    case .invalidRegion(let region):
      "\"\(region)\" is no region. Set one such as us-east-1 (--region, AWS_REGION or the profile)."
    case .invalidURL(let url):
      "\"\(Self.withoutUser(url))\" is no endpoint URL. It must be http:// or https://, a host and "
        + "at most a port and a path (--endpoint-url, AWS_ENDPOINT_URL or the profile)."
    case .customWithVariant(let url):
      "FIPS or dual-stack endpoints can't be asked for together with the endpoint "
        + "\(Self.withoutUser(url)). Take one of the settings away."
    }
  }

  /// Somebody may have put a password into it.
  private static func withoutUser(_ url: String) -> String {
    url.split(separator: "@").last.map(String.init) ?? url
  }
}
