internal import AWSClient
internal import RotationExecutor

/// Who there is in IAM, as far as the choice of users needs it.
package protocol IAMDirectory: AnyObject {
  /// All at once; the results stand in the order of the listings.
  func users(in listings: [IAMListing]) -> [Result<[IAMUser], CommandFailure>]
  func user(_ name: String) throws(CommandFailure) -> IAMUser
}

extension IAMDirectory {
  /// The same user under the name that IAM has, for whoever can't wait for a run to learn it. Nil
  /// where that is the name at hand, or IAM doesn't say.
  func respelled(_ user: ManagedUser) -> ManagedUser? {
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

/// The real one.
final class AWSDirectory: IAMDirectory {
  private let client: ServiceClient

  init(_ client: ServiceClient) { self.client = client }

  func users(in listings: [IAMListing]) -> [Result<[IAMUser], CommandFailure>] {
    let calls = listings.map { listing -> Call<[IAM.User]> in
      switch listing {
      case .group(let name): Call(IAM.getGroup(groupName: name))
      case .path(let path): Call(IAM.listUsers(pathPrefix: path))
      }
    }
    return client.run(calls).map { result in
      result.map { $0.output.map { IAMUser($0) } }.mapError { CommandFailure($0) }
    }
  }

  func user(_ name: String) throws(CommandFailure) -> IAMUser {
    do throws(AWSFailure) {
      return IAMUser(try client.run(IAM.getUser(userName: name)).output)
    } catch { throw CommandFailure(error) }
  }
}

extension IAMUser {
  fileprivate init(_ user: IAM.User) { self.init(name: user.userName, path: user.path) }
}
