/// A heartbeat's URL, and the one that says that a run failed.
struct HeartbeatURL {
  /// What is asked for after a run that ended well: without a fragment, which is never sent.
  let text: String
  private let path: Substring
  /// With its `?`; empty where there is none.
  private let query: Substring

  init(_ url: String) {
    text = String(url.prefix { $0 != "#" })
    path = text.prefix { $0 != "?" }
    query = text[path.endIndex...]
  }

  /// With `/fail` at the end of the path, as healthchecks.io and others have it, and the query
  /// behind it. Behind the query it would be part of a value, and the service would hear that all
  /// is well.
  var failing: String {
    (path.hasSuffix("/") ? path.dropLast() : path) + "/fail" + query
  }

  /// Whether its query says by itself that all is well, as Uptime Kuma's push URLs do.
  var claimsSuccess: Bool {
    query.dropFirst().split(separator: "&").contains { $0.lowercased() == "status=up" }
  }
}
