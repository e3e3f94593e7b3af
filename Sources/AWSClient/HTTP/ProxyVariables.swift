/// `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, as urllib and so botocore find them in
/// an environment.
///
/// The lower-case form wins, also where it is blank: it then switches the other forms off. A blank
/// one in upper case counts as not set. `ALL_PROXY` is curl's, for what has no variable of its own.
struct ProxyVariables {
  private enum Found {
    case value(String)
    case off
    case unset
  }

  let http: String?
  let https: String?
  let noProxy: String?

  init(_ environment: [String: String]) {
    // Under CGI the client of the web server chooses HTTP_PROXY (httpoxy, CVE-2016-5385).
    let isCGI = environment["REQUEST_METHOD"] != nil
    func find(_ name: String, lowerOnly: Bool = false) -> Found {
      if let value = environment[name] { return value.isEmpty ? .off : .value(value) }
      if lowerOnly { return .unset }
      let others =
        [name.uppercased()] + environment.keys.sorted().filter { $0.lowercased() == name }
      let value = others.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
      return value.map(Found.value) ?? .unset
    }
    func proxy(_ name: String) -> String? {
      switch find(name, lowerOnly: isCGI && name == "http_proxy") {
      case .value(let value): return Self.url(value)
      case .off: return nil
      case .unset:
        if case .value(let value) = find("all_proxy") { return Self.url(value) }
        return nil
      }
    }
    http = proxy("http_proxy")
    https = proxy("https_proxy")
    noProxy = if case .value(let list) = find("no_proxy") { list } else { nil }
  }

  /// botocore takes `//host:port`, which libcurl doesn't know.
  private static func url(_ written: String) -> String {
    written.hasPrefix("//") ? "http:" + written : written
  }
}
