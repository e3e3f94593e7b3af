internal import Configuration

/// Where IAM may not be asked: what doesn't follow from the configuration alone is unknown.
final class OfflineDirectory: IAMDirectory {
  func users(in listings: [IAMListing]) -> [Result<[IAMUser], CommandFailure>] {
    listings.map { listing in
      let subject =
        switch listing {
        case .group(let name): "who belongs to the group \(name)"
        case .path(let path): "who stands under the path \(path)"
        }
      return .failure(Self.unknown(subject))
    }
  }

  func user(_ name: String) throws(CommandFailure) -> IAMUser {
    throw Self.unknown("the path of \(name), which a parameter's name holds,")
  }

  private static func unknown(_ subject: String) -> CommandFailure {
    CommandFailure(
      code: "policy-needs-iam", "\(subject) is known to IAM only, which isn't asked with --account",
      remedy: "leave out --account")
  }
}
