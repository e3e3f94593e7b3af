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

  package init(
    httpProxy: String? = nil, httpsProxy: String? = nil, noProxy: String? = nil,
    trust: Trust = .systemDefault()
  ) {
    self.httpProxy = httpProxy
    self.httpsProxy = httpsProxy
    self.noProxy = noProxy
    self.trust = trust
  }

  /// `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, where the lower-case form wins as in
  /// curl and Python; `AWS_CA_BUNDLE`, then the profile's `ca_bundle`, then `SSL_CERT_FILE`. Blank
  /// counts as unset.
  package init(environment: [String: String], caBundle: String? = nil) {
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    func proxy(_ name: String) -> String? {
      // Under CGI the client of the web server chooses HTTP_PROXY (httpoxy, CVE-2016-5385).
      let upper = environment["REQUEST_METHOD"] != nil && name == "http_proxy"
      return value(name) ?? (upper ? nil : value(name.uppercased()))
        ?? value("all_proxy") ?? value("ALL_PROXY")
    }
    let bundle = value("AWS_CA_BUNDLE") ?? caBundle ?? value("SSL_CERT_FILE")
    self.init(
      httpProxy: proxy("http_proxy"), httpsProxy: proxy("https_proxy"),
      noProxy: value("no_proxy") ?? value("NO_PROXY"),
      trust: bundle.map(Trust.at) ?? .systemDefault())
  }
}

extension TransportSettings.Trust {
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
