package import RotationPlanner

/// The local files that show the published key.
package protocol ProjectionFiles: AnyObject {
  /// The id of the key that the file shows; nil where the file or the key isn't there, or the key
  /// can't work as it stands there.
  func keyId(in projection: FileProjection) throws(ProjectionFailure) -> AccessKeyID?
  /// Throws where `write` certainly would: before a key is made that the file could not show.
  func check(_ projection: FileProjection) throws(ProjectionFailure)
  /// Replaces the file atomically. Whatever isn't the key's stays: other lines, mode, owner.
  func write(
    _ pair: AccessKeyPair, to projection: FileProjection
  ) throws(ProjectionFailure) -> Set<ProjectionNote>
}

/// What happened to a local file beside the new key.
package enum ProjectionNote: Hashable, Sendable {
  /// A session token stood there, which would have made the key useless.
  case removedSessionToken
}

/// Why a local file could not be read or written.
package struct ProjectionFailure: Error, Sendable, Equatable {
  package var message: String

  package init(_ message: String) { self.message = message }
}
