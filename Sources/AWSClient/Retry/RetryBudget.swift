internal import LibCrypto

/// How much failing a whole run may do: a token bucket, shared by all of its threads. It keeps a run
/// over many users from hammering a service that is down.
package final class RetryBudget: Sendable {
  package static let capacity = 500
  package static let retryCost = 5

  private let tokens: Locked<Int>

  package init(tokens: Int = RetryBudget.capacity) {
    self.tokens = Locked(min(tokens, Self.capacity))
  }

  /// For so many tries beyond the first, as long as none of them succeeds.
  package convenience init(retries: Int) { self.init(tokens: retries * Self.retryCost) }

  /// False, and nothing taken, when fewer are left.
  func take(_ amount: Int) -> Bool {
    tokens.withLock { left in
      guard left >= amount else { return false }
      left -= amount
      return true
    }
  }

  func give(_ amount: Int) {
    tokens.withLock { $0 = min($0 + amount, Self.capacity) }
  }
}
