package import AWSClient
internal import LibCrypto
package import RotationExecutor
package import RotationPlanner

/// The local files that show the published key, on the host's own disk.
package final class LocalProjectionFiles: ProjectionFiles {
  private let files: any FileStore

  package init(_ files: any FileStore = SystemFiles()) { self.files = files }

  package func keyId(in projection: FileProjection) throws(ProjectionFailure) -> AccessKeyID? {
    guard let content = try read(projection.path) else { return nil }
    switch projection.format {
    case .json: return (try? CredentialDocument.read(content.bytes).get())?.id
    case .accessKeyId, .secretAccessKey:
      return AccessKeyID(KeyLines.trimmed(content.bytes.withUnsafeBytes { Array($0) }))
    case .dotenv, .credentialsFile:
      return KeyLines(projection).keyId(in: content.bytes)
    }
  }

  package func write(
    _ pair: AccessKeyPair, to projection: FileProjection
  ) throws(ProjectionFailure) {
    let rendered = SharedSecret(
      CredentialDocument.render(pair, as: projection.format, profile: projection.profile))
    var content = rendered
    if projection.format == .dotenv || projection.format == .credentialsFile,
      let old = try read(projection.path)
    {
      content = SharedSecret(KeyLines(projection).replaced(in: old.bytes, by: rendered.bytes))
    }
    do throws(FileFailure) { try files.replace(projection.path, with: content.bytes) } catch {
      throw ProjectionFailure("it can't be written: \(error.reason)")
    }
  }

  /// Nil where there is no such file.
  private func read(_ path: String) throws(ProjectionFailure) -> SharedSecret? {
    do throws(FileFailure) { return SharedSecret(try files.read(path, limit: 1 << 20)) } catch {
      if case .missing = error { return nil }
      throw ProjectionFailure("it can't be read: \(error.reason)")
    }
  }
}
