internal import Glibc
internal import LibCrypto

/// How far a run over several users has come: one line on a terminal that is written over.
final class ProgressLine: Sendable {
  private let total: Int
  private let isShown: Bool
  private let done = Locked(0)

  init(total: Int, isWanted: Bool) {
    self.total = total
    isShown = isWanted && total > 1 && Console.errorIsTerminal
    show(0, "")
  }

  /// May be called by several threads at once.
  func finished(_ user: String) {
    done.withLock { done in
      done += 1
      show(done, " (\(user))")
    }
  }

  func clear() {
    if isShown { Console.write("\r\u{1B}[K".utf8, STDERR_FILENO) }
  }

  private func show(_ done: Int, _ what: String) {
    guard isShown else { return }
    Console.write("\r\u{1B}[K\(done) of \(total) users\(what)".utf8, STDERR_FILENO)
  }
}
