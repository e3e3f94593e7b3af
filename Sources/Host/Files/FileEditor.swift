package import LibCrypto

/// Files that others write, too: a change is made from what stands there at that moment, in one step.
package protocol FileEditor: AnyObject, Sendable {
  /// Nil where there is no such file.
  func read(_ path: String) throws(FileFailure) -> SharedSecret?
  /// Puts what `edit` makes of the file, or of nil where there is none, in its place.
  func update(
    _ path: String, _ edit: (SharedSecret?) throws(FileFailure) -> SharedSecret
  ) throws(FileFailure)
  /// Throws where `update` certainly would; changes nothing.
  func check(_ path: String) throws(FileFailure)
}
