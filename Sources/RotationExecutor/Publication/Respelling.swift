/// One user's settings, applied to its name in another case.
///
/// IAM finds a user in whatever case it is asked for; Parameter Store tells two names apart by it.
/// So the names of the parameters follow IAM's spelling, which only IAM's answer shows.
package struct Respelling: Sendable, Equatable {
  private let make: @Sendable (String) -> ManagedUser?

  package init(_ make: @escaping @Sendable (String) -> ManagedUser?) { self.make = make }

  package func callAsFunction(_ name: String) -> ManagedUser? { make(name) }

  /// Of two users whose settings are the same.
  package static func == (left: Respelling, right: Respelling) -> Bool { true }
}
