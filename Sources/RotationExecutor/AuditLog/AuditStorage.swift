/// The bytes under a log: a file, or memory in a simulation. Only ever grows at its end.
package protocol AuditStorage: AnyObject, Sendable {
  /// What messages call it: the file's path.
  var path: String { get }

  /// In bytes. Fails where what was opened is no longer what stands at `path`.
  func size() throws(AuditFailure) -> Int

  /// Bytes from `offset` on: `count` of them, fewer at the end.
  func read(at offset: Int, count: Int) throws(AuditFailure) -> [UInt8]

  /// Adds bytes at the end. Where it throws, some of them may have been added.
  func append(_ bytes: [UInt8]) throws(AuditFailure)

  /// Makes everything added so far durable.
  func sync() throws(AuditFailure)
}
