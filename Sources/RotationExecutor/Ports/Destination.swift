package import RotationPlanner

/// A kind of places that show the published key besides Parameter Store: local files, another store
/// of secrets, a service that builds. `credentials` stays the commit point and the truth; a place is
/// given the key only after it.
///
/// Everything may be asked for again, and by several threads at once. After a write whose answer was
/// lost nobody knows what stands there, so the place is written again, which is harmless. Whatever
/// isn't the key's own stays: other lines, other settings, whom it is shown to. An implementation
/// keeps to the time limit, and brings its own credentials.
package protocol Destination: Sendable {
  /// Which places are of this kind: the key by which the configuration tells them apart, `file`.
  var kind: String { get }
  /// How much such a place tells of what stands in it.
  var visibility: DestinationVisibility { get }
  /// What the place shows; nil where nothing stands there, or nothing that could work.
  func look(
    at place: DestinationPlace, within limit: Duration
  ) throws(ProjectionFailure) -> ShownKey?
  /// Throws where `write` certainly would: before a key is made that the place could not show.
  func check(_ place: DestinationPlace, within limit: Duration) throws(ProjectionFailure)
  /// Gives the place this key, id and secret in one step wherever that can be had.
  func write(
    _ pair: AccessKeyPair, to place: DestinationPlace, within limit: Duration
  ) throws(ProjectionFailure) -> DestinationReceipt
}

/// How much a place tells of what stands in it, the most first.
package enum DestinationVisibility: Sendable, CaseIterable {
  /// The key can be read back and compared.
  case key
  /// Only its id.
  case id
  /// Nothing but a token that changes with every write: a version, a time.
  case token
  /// Nothing at all: whether it shows the key is known by the record's token of the last write alone.
  case nothing
}

/// One place of some kind, as the configuration names it.
package struct DestinationPlace: Hashable, Sendable {
  package var kind: String
  /// What people are told: a path, a repository.
  package var name: String
  package var format: ProjectionFormat
  /// What else the kind has to know, by the configuration's own keys: `profile`.
  package var options: [String: String]

  package init(
    kind: String, name: String, format: ProjectionFormat, options: [String: String] = [:]
  ) {
    self.kind = kind
    self.name = name
    self.format = format
    self.options = options
  }
}

/// What stands in a place, as far as it tells.
package struct ShownKey: Sendable, Equatable {
  /// Nil where the place doesn't tell, or what stands there is no key's id.
  package var id: AccessKeyID?
  /// Of the write that put it there; nil where the place has none.
  package var token: DestinationToken?

  package init(id: AccessKeyID? = nil, token: DestinationToken? = nil) {
    self.id = id
    self.token = token
  }

  /// Whether that is certainly this key, with its secret. `written` is the record's token of what
  /// this program wrote last: another one is a stranger's write.
  package func isCertainly(_ id: AccessKeyID, written: DestinationToken?) -> Bool {
    if let token, let written, token != written { return false }
    guard let shown = self.id else { return token != nil && written != nil }
    return shown == id
  }
}

/// What is known of a write that was done.
package struct DestinationReceipt: Sendable, Equatable {
  /// By which the place will show this write. Nil where it has none.
  package var token: DestinationToken?
  package var notes: Set<ProjectionNote>

  package init(token: DestinationToken? = nil, notes: Set<ProjectionNote> = []) {
    self.token = token
    self.notes = notes
  }
}
