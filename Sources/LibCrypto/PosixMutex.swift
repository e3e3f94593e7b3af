internal import Glibc

/// A lock that the thread sanitizer understands. Synchronization's `Mutex` waits on a futex that it
/// doesn't know, and gives false alarms. It stands here since every module that has threads or
/// secrets reaches this one.
package final class PosixMutex: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  package init() {
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    let status = pthread_mutex_init(mutex, nil)
    precondition(status == 0, "pthread_mutex_init fails only for want of memory")
  }

  package func lock() {
    let status = pthread_mutex_lock(mutex)
    precondition(status == 0)
  }

  /// False when somebody holds it.
  package func tryLock() -> Bool {
    pthread_mutex_trylock(mutex) == 0
  }

  package func unlock() {
    let status = pthread_mutex_unlock(mutex)
    precondition(status == 0)
  }

  package func withLock<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock()
    defer { unlock() }
    return try body()
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deinitialize(count: 1)
    mutex.deallocate()
  }
}
