/// A value that threads take turns at.
final class Locked<Value: Sendable>: @unchecked Sendable {
  private let mutex = PosixMutex()
  private var stored: Value

  init(_ value: Value) {
    stored = value
  }

  var value: Value {
    get {
      mutex.lock()
      defer { mutex.unlock() }
      return stored
    }
    set {
      mutex.lock()
      defer { mutex.unlock() }
      stored = newValue
    }
  }

  /// Reads and changes it in one turn.
  func update<Result>(_ body: (inout Value) -> Result) -> Result {
    mutex.lock()
    defer { mutex.unlock() }
    return body(&stored)
  }
}
