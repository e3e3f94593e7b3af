internal import AWSCredentials
package import Host
internal import LibCrypto
package import RotationExecutor
internal import RotationPlanner

/// Local files. They are replaced in one step, and can be read, so no record of a write is needed.
///
/// A disk has no time limit that a program could keep.
package final class LocalFile: Destination {
  package let kind = "file"
  package let visibility = DestinationVisibility.key
  private let store: any FileEditor

  package init(_ store: any FileEditor = SystemFileEditor()) { self.store = store }

  package func look(
    at place: DestinationPlace, within limit: Duration
  ) throws(ProjectionFailure) -> ShownKey? {
    guard let content = try onHost({ () throws(FileFailure) in try store.read(place.name) })
    else { return nil }
    return try id(in: content.bytes, of: place).map { ShownKey(id: $0) }
  }

  /// Nil where the file holds no key that could work.
  private func id(
    in content: borrowing SecretBytes, of place: DestinationPlace
  ) throws(ProjectionFailure) -> AccessKeyID? {
    switch place.format {
    case .json: return (try? CredentialDocument.read(content).get())?.id
    case .accessKeyId, .secretAccessKey:
      let text = content.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      return AccessKeyID(text.filter { !$0.isWhitespace })
    case .dotenv: return DotenvFile.keyId(in: content)
    case .credentialsFile:
      do throws(IniFailure) {
        return try section(place).accessKeyId(in: content).map { AccessKeyID($0) }
      } catch { throw Self.failure(error) }
    }
  }

  package func check(
    _ place: DestinationPlace, within limit: Duration
  ) throws(ProjectionFailure) {
    _ = try look(at: place, within: limit)
    try onHost { () throws(FileFailure) in try store.check(place.name) }
  }

  package func write(
    _ pair: AccessKeyPair, to place: DestinationPlace, within limit: Duration
  ) throws(ProjectionFailure) -> DestinationReceipt {
    var receipt = DestinationReceipt()
    try onHost { () throws(FileFailure) in
      try store.update(place.name) { (old) throws(FileFailure) in
        let edited = try self.edited(old, pair, place)
        receipt.notes = edited.removedToken ? [.removedSessionToken] : []
        return edited.content
      }
    }
    return receipt
  }

  private func edited(
    _ old: SharedSecret?, _ pair: AccessKeyPair, _ place: DestinationPlace
  ) throws(FileFailure) -> (content: SharedSecret, removedToken: Bool) {
    switch place.format {
    case .json, .accessKeyId, .secretAccessKey:
      return (SharedSecret(CredentialDocument.render(pair, as: place.format)), false)
    case .dotenv:
      return DotenvFile.replaced(in: (old ?? Self.empty).bytes, by: pair)
    case .credentialsFile:
      do throws(IniFailure) {
        let edited = try section(place).replacing(
          in: (old ?? Self.empty).bytes, accessKeyId: pair.id.rawValue, secret: pair.secret)
        return (edited.content, edited.removedToken)
      } catch { throw .unreadable(Self.failure(error).message) }
    }
  }

  private func onHost<Result>(
    _ body: () throws(FileFailure) -> Result
  ) throws(ProjectionFailure) -> Result {
    do throws(FileFailure) { return try body() } catch { throw ProjectionFailure(error.reason) }
  }

  private static var empty: SharedSecret { SharedSecret(SecretBytes(copying: "")) }

  private func section(_ place: DestinationPlace) -> CredentialsFile {
    CredentialsFile(section: place.options["profile"] ?? "default", path: place.name)
  }

  private static func failure(_ failure: IniFailure) -> ProjectionFailure {
    ProjectionFailure("line \(failure.line): \(failure.message)")
  }
}
