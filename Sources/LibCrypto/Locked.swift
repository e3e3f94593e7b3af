/// A value that threads take turns at.
package final class Locked<Value: ~Copyable>: @unchecked Sendable {
  private let mutex = PosixMutex()
  private var stored: Value

  package init(_ value: consuming sending Value) {
    stored = value
  }

  /// Reads and changes it in one turn.
  package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    mutex.lock()
    defer { mutex.unlock() }
    return try body(&stored)
  }
}

extension Locked where Value: Sendable {
  package var value: Value {
    get { withLock { $0 } }
    set { withLock { $0 = newValue } }
  }
}
