internal import Glibc

/// How far a run over several users has come: one line on a terminal that is written over.
final class ProgressLine: @unchecked Sendable {
  private let total: Int
  private let isShown: Bool
  private var done = 0
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  init(total: Int, isWanted: Bool) {
    self.total = total
    isShown = isWanted && total > 1 && Console.errorIsTerminal
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
    show("")
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// May be called by several threads at once.
  func finished(_ user: String) {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    done += 1
    show(" (\(user))")
  }

  func clear() {
    if isShown { Console.write("\r\u{1B}[K".utf8, STDERR_FILENO) }
  }

  private func show(_ what: String) {
    guard isShown else { return }
    Console.write("\r\u{1B}[K\(done) of \(total) users\(what)".utf8, STDERR_FILENO)
  }
}
