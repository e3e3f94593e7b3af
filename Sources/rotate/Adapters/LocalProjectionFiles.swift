internal import AWSCredentials
internal import AWSClient
package import Host
internal import LibCrypto
package import RotationExecutor
package import RotationPlanner

/// The local files that show the published key, on the host's own disk.
package final class LocalProjectionFiles: ProjectionFiles {
  private let store: any FileEditor

  package init(_ store: any FileEditor = SystemFileEditor()) { self.store = store }

  package func keyId(in projection: FileProjection) throws(ProjectionFailure) -> AccessKeyID? {
    guard let content = try onHost({ () throws(FileFailure) in try store.read(projection.path) })
    else { return nil }
    switch projection.format {
    case .json: return (try? CredentialDocument.read(content.bytes).get())?.id
    case .accessKeyId, .secretAccessKey:
      let text = content.bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      return AccessKeyID(text.filter { !$0.isWhitespace })
    case .dotenv: return DotenvFile.keyId(in: content.bytes)
    case .credentialsFile:
      do throws(IniFailure) {
        return try section(projection).accessKeyId(in: content.bytes).map { AccessKeyID($0) }
      } catch { throw Self.failure(error) }
    }
  }

  package func check(_ projection: FileProjection) throws(ProjectionFailure) {
    _ = try keyId(in: projection)
    try onHost { () throws(FileFailure) in try store.check(projection.path) }
  }

  package func write(
    _ pair: AccessKeyPair, to projection: FileProjection
  ) throws(ProjectionFailure) -> Set<ProjectionNote> {
    var notes: Set<ProjectionNote> = []
    try onHost { () throws(FileFailure) in
      try store.update(projection.path) { (old) throws(FileFailure) in
        let edited = try self.edited(old, pair, projection)
        notes = edited.removedToken ? [.removedSessionToken] : []
        return edited.content
      }
    }
    return notes
  }

  private func edited(
    _ old: SharedSecret?, _ pair: AccessKeyPair, _ projection: FileProjection
  ) throws(FileFailure) -> (content: SharedSecret, removedToken: Bool) {
    switch projection.format {
    case .json, .accessKeyId, .secretAccessKey:
      return (SharedSecret(CredentialDocument.render(pair, as: projection.format)), false)
    case .dotenv:
      return DotenvFile.replaced(in: (old ?? Self.empty).bytes, by: pair)
    case .credentialsFile:
      do throws(IniFailure) {
        let edited = try section(projection).replacing(
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

  private func section(_ projection: FileProjection) -> CredentialsFile {
    CredentialsFile(section: projection.profile, path: projection.path)
  }

  private static func failure(_ failure: IniFailure) -> ProjectionFailure {
    ProjectionFailure("line \(failure.line): \(failure.message)")
  }
}
