/// A parameter that exists in a type in which this program can't write what belongs there: a secret
/// would stand in clear, or the record could be read by nobody.
///
/// AWS lets nobody change a parameter's type (`HierarchyTypeMismatchException`), so a key that is
/// made in spite of it could not be shown there.
package struct Misfit: Hashable, Sendable {
  package enum Part: Sendable, Hashable, CaseIterable {
    case record, credentials, session, pair, projection
  }

  package var part: Part
  package var name: String
  /// Nil: the client's own.
  package var region: String?
  /// The type that it has, as SSM names it.
  package var type: String

  package init(_ part: Part, name: String, region: String? = nil, type: String) {
    self.part = part
    self.name = name
    self.region = region
    self.type = type
  }

  /// Without it nothing at all can be published, whatever else is urgent.
  package var preventsCommit: Bool { part == .credentials }
}
