internal import struct FoundationEssentials.Date

/// What the history of `credentials` tells of a key. Versions are decrypted one by one, newest
/// first, and no more of them than the question takes.
extension Deliberation {
  struct Trace {
    /// The newest version that is known to hold the key.
    var last: Publication?
    /// When another key took its place there; nil where none did, or nobody can tell.
    var supersededAt: Date?
    /// The newest version that can't be decrypted, and that the key may have stood in after `last`.
    var undecryptable: (version: Int, why: String)?
  }

  /// Nil while evidence is missing, or where it can't be had: the planning has stopped then.
  mutating func trace(of id: AccessKeyID) -> Trace? {
    guard let versions = listedVersions() else { return nil }
    let createdAt = key(id)?.createdAt
    var trace = Trace()
    for version in versions.reversed() {
      // What was put before the key was created can't hold it.
      if let createdAt, version.at + Tenure.clockTolerance + .seconds(1) < createdAt { break }
      switch version.content {
      case .unread:
        wanted.insert(.publication(version: version.version))
        return nil
      case .key(id):
        trace.last = version
        if trace.undecryptable != nil { trace.supersededAt = nil }
        return trace
      case .key: trace.supersededAt = version.at
      case .nothing: break
      case .undecryptable(let why):
        trace.undecryptable = trace.undecryptable ?? (version.version, why)
      }
    }
    trace.supersededAt = nil
    return trace
  }

  private mutating func listedVersions() -> [Publication]? {
    switch observation.publications {
    case nil:
      wanted.insert(.publications)
      return nil
    case .unknown(let why):
      stop(.evidence(.missing(.history, why: why)))
      return nil
    case .known(let versions): return versions
    }
  }

  /// The version to take a key's secret from: the one that the record names, if it holds the key,
  /// else the newest that does.
  mutating func source(of published: PublishedKey) -> Source? {
    guard let versions = listedVersions() else { return nil }
    if let named = versions.first(where: { $0.version == published.credentialsVersion }) {
      switch named.content {
      case .unread:
        wanted.insert(.publication(version: named.version))
        return nil
      case .key(published.id): return .version(named.version)
      case .key, .nothing, .undecryptable: break
      }
    }
    guard let trace = trace(of: published.id) else { return nil }
    return trace.last.map { .version($0.version) } ?? .lost(undecryptable: trace.undecryptable)
  }

  enum Source {
    case version(Int)
    /// No version has it that can be decrypted; the newest that can't, where there is one.
    case lost(undecryptable: (version: Int, why: String)?)
  }
}
