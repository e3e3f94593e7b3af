package import RotationPlanner

/// The local files that show the published key.
package protocol ProjectionFiles: AnyObject {
  /// The id of the key that the file shows; nil where the file or the key isn't there.
  func keyId(in projection: FileProjection) throws(ProjectionFailure) -> AccessKeyID?
  /// Replaces the file atomically, mode 0600.
  func write(_ pair: AccessKeyPair, to projection: FileProjection) throws(ProjectionFailure)
}

/// Why a local file could not be read or written.
package struct ProjectionFailure: Error, Sendable, Equatable {
  package var message: String

  package init(_ message: String) { self.message = message }
}
