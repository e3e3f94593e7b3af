internal import AWSClient
internal import Configuration

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
