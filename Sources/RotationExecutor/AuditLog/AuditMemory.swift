internal import LibCrypto

/// A log's storage in memory, with the faults of a disk, for simulations.
package final class AuditMemory: AuditStorage, @unchecked Sendable {
  package let path: String
  private let mutex = PosixMutex()
  private var content: [UInt8]
  private var durable: Int
  private var limit: Int?
  private var syncFails = false

  package init(_ bytes: [UInt8] = [], path: String = "audit log in memory") {
    content = bytes
    durable = bytes.count
    self.path = path
  }

  package var bytes: [UInt8] { mutex.withLock { content } }

  /// What a power cut now would leave at least.
  package var durableBytes: [UInt8] { mutex.withLock { Array(content[..<durable]) } }
  package var durableSize: Int { mutex.withLock { durable } }

  /// A disk that is full once the log has `bytes` bytes; nil for one with room.
  package func limit(to bytes: Int?) { mutex.withLock { limit = bytes } }

  /// From now on every sync fails, or none.
  package func failSyncs(_ fails: Bool) { mutex.withLock { syncFails = fails } }

  package func size() throws(AuditFailure) -> Int { mutex.withLock { content.count } }

  package func read(at offset: Int, count: Int) throws(AuditFailure) -> [UInt8] {
    mutex.withLock { Array(content.dropFirst(offset).prefix(count)) }
  }

  package func append(_ bytes: [UInt8]) throws(AuditFailure) {
    try mutex.withLock { () throws(AuditFailure) in
      let room = limit.map { max(0, $0 - content.count) } ?? bytes.count
      content += bytes.prefix(room)
      guard room < bytes.count else { return }
      throw AuditFailure(.diskFull, path, "can't write: no space left", advice: "Make room.")
    }
  }

  package func sync() throws(AuditFailure) {
    try mutex.withLock { () throws(AuditFailure) in
      guard !syncFails else {
        throw AuditFailure(.cannotSync, path, "can't sync: input/output error", advice: "Wait.")
      }
      durable = content.count
    }
  }
}
