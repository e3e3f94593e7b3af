internal import Glibc

/// A lock that the thread sanitizer understands; it raises false alarms over
/// `Synchronization.Mutex`.
final class PosixMutex: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  init() {
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    let status = pthread_mutex_init(mutex, nil)
    precondition(status == 0)
  }

  func lock() {
    let status = pthread_mutex_lock(mutex)
    precondition(status == 0)
  }

  /// False when somebody holds it.
  func tryLock() -> Bool {
    pthread_mutex_trylock(mutex) == 0
  }

  func unlock() {
    let status = pthread_mutex_unlock(mutex)
    precondition(status == 0)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deinitialize(count: 1)
    mutex.deallocate()
  }
}
