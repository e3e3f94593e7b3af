internal import Configuration
internal import Findings

/// Where IAM may not be asked: what doesn't follow from the configuration alone is unknown.
final class OfflineDirectory: IAMDirectory {
  func users(in listings: [IAMListing]) -> [Result<[IAMUser], CommandFailure>] {
    listings.map { listing in
      switch listing {
      case .group(let name): .failure(Self.unknown(.membersOfGroup(name)))
      case .path(let path): .failure(Self.unknown(.usersUnderPath(path)))
      }
    }
  }

  func user(_ name: String) throws(CommandFailure) -> IAMUser {
    throw Self.unknown(.pathOfUser(name))
  }

  private static func unknown(_ subject: PolicyFinding.Subject) -> CommandFailure {
    CommandFailure(.policy(.needsIAM(subject)))
  }
}
