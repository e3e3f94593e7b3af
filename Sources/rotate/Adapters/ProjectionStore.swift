package import AWSClient
package import RotationExecutor

/// Where the local files that show the published key stand. Others write them, too, so a change is
/// made from what stands there at that moment, in one step.
package protocol ProjectionStore: AnyObject {
  /// Nil where there is no such file.
  func read(_ path: String) throws(ProjectionFailure) -> SharedSecret?
  /// Puts what `edit` makes of the file, or of nil where there is none, in its place.
  func update(
    _ path: String, _ edit: (SharedSecret?) throws(ProjectionFailure) -> SharedSecret
  ) throws(ProjectionFailure)
  /// Throws where `update` certainly would; changes nothing.
  func check(_ path: String) throws(ProjectionFailure)
}
