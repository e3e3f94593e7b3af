internal import FoundationEssentials

/// What the environment says about reaching servers: proxies and trusted certificates.
///
/// It is read once, from an environment that is passed in. libcurl never looks at the process's own.
package struct TransportSettings: Sendable, Equatable {
  package enum Trust: Sendable, Equatable {
    /// A PEM file. The fast way: a directory next to it would be searched on every handshake.
    case file(String)
    /// A directory of hashed certificates.
    case directory(String)
    /// Whatever libcurl was built with.
    case builtIn
  }

  /// The proxy for `http` URLs.
  package var httpProxy: String?
  /// The proxy for `https` URLs.
  package var httpsProxy: String?
  /// Hosts that are reached directly: names, suffixes, addresses, networks, or `*`.
  package var noProxy: String?
  package var trust: Trust
  /// The variable or setting that `trust` was taken from, for messages; nil: the system's.
  package var trustSource: String?

  package init(
    httpProxy: String? = nil, httpsProxy: String? = nil, noProxy: String? = nil,
    trust: Trust = .systemDefault()
  ) {
    self.httpProxy = httpProxy
    self.httpsProxy = httpsProxy
    self.noProxy = noProxy
    self.trust = trust
  }

  /// The proxies by `ProxyVariables`. The certificates in botocore's order: `AWS_CA_BUNDLE`, the
  /// profile's `ca_bundle`, `REQUESTS_CA_BUNDLE`; then `SSL_CERT_FILE`. Blank counts as unset.
  package init(environment: [String: String], caBundle: String? = nil) {
    let proxies = ProxyVariables(environment)
    let named = [
      ("AWS_CA_BUNDLE", environment["AWS_CA_BUNDLE"]), ("the profile's ca_bundle", caBundle),
      ("REQUESTS_CA_BUNDLE", environment["REQUESTS_CA_BUNDLE"]),
      ("SSL_CERT_FILE", environment["SSL_CERT_FILE"]),
    ].first { !($0.1 ?? "").isEmpty }
    self.init(
      httpProxy: proxies.http, httpsProxy: proxies.https, noProxy: proxies.noProxy,
      trust: named?.1.map(Trust.at) ?? .systemDefault())
    trustSource = named?.0
  }
}

extension TransportSettings {
  /// The proxy by which an absolute URL is reached; nil: none.
  package func proxy(for url: String) -> String? {
    let proxy = url.hasPrefix("https:") ? httpsProxy : httpProxy
    let isExcepted = noProxy.map { ProxyBypass($0).covers(ProxyBypass.authority(of: url)) } ?? false
    return isExcepted ? nil : proxy
  }
}

extension TransportSettings.Trust {
  var path: String? {
    switch self {
    case .file(let path), .directory(let path): path
    case .builtIn: nil
    }
  }

  static func at(_ path: String) -> Self {
    var isDirectory = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    return exists && isDirectory ? .directory(path) : .file(path)
  }

  /// The system's bundle, where the common distributions keep it.
  package static func systemDefault() -> Self {
    let places = [
      "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Alpine, Arch
      "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Amazon Linux, RHEL, Fedora
      "/etc/pki/tls/certs/ca-bundle.crt",
      "/etc/ssl/ca-bundle.pem",  // SUSE
      "/etc/ssl/cert.pem",
    ]
    return places.first { FileManager.default.isReadableFile(atPath: $0) }.map(Self.file)
      ?? .builtIn
  }
}
