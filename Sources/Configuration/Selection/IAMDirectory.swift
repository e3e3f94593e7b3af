package import RotationExecutor

/// Who there is in IAM, as far as the choice of users needs it.
package protocol IAMDirectory: AnyObject {
  /// All at once; the results stand in the order of the listings.
  func users(in listings: [IAMListing]) -> [Result<[IAMUser], CommandFailure>]
  func user(_ name: String) throws(CommandFailure) -> IAMUser
}

extension IAMDirectory {
  /// The same user under the name that IAM has, for whoever can't wait for a run to learn it. Nil
  /// where that is the name at hand, or IAM doesn't say.
  package func respelled(_ user: ManagedUser) -> ManagedUser? {
    guard let respelled = user.respelled, let found = try? self.user(user.name),
      found.name != user.name, found.name.lowercased() == user.name.lowercased()
    else { return nil }
    return respelled(found.name)
  }
}

package enum IAMListing: Sendable, Hashable {
  case group(String)
  /// All users whose path begins with it.
  case path(String)
}

package struct IAMUser: Sendable, Equatable {
  package var name: String
  /// IAM's path, `/` or `/team/`.
  package var path: String

  package init(name: String, path: String) {
    self.name = name
    self.path = path
  }
}
