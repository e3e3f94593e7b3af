/// How the settings spell a user's name where IAM spells it in another case, and what follows.
package struct Spelling: Hashable, Sendable {
  package enum Place: Hashable, Sendable {
    /// Its parameters stand under IAM's spelling, or have names that don't depend on it.
    case canonical
    /// They stand under the settings' spelling already and stay there, since consumers read them.
    case asConfigured
    /// They stand under both: those under IAM's spelling count, nobody renews the others.
    case both
  }

  /// The name as the settings have it.
  package var configured: String
  package var place: Place
  /// The parameters' common path as the settings spell it.
  package var path: String

  package init(configured: String, place: Place, path: String) {
    self.configured = configured
    self.place = place
    self.path = path
  }
}
