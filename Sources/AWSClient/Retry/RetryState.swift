/// Decides after each failed attempt of one request what happens next. It has no clock and no
/// randomness of its own, and waits for nothing: its answer is data.
package struct RetryState: Sendable {
  package enum Action: Sendable, Equatable {
    /// Sign and send again after so long.
    case retry(after: Duration)
    case giveUp(GiveUp)
  }

  package enum GiveUp: Sendable, Equatable {
    /// Another try can't help.
    case permanent
    /// The attempt may have been executed, and the operation must not be executed twice.
    case mayHaveBeenExecuted
    /// As often as is allowed already.
    case attempts
    /// The whole run has failed too often.
    case budget
  }

  package static let maximumAttempts = 6
  /// Where no connection comes about, which is mostly a matter of configuration.
  package static let maximumUnsentAttempts = 3
  package static let maximumDelay = Duration.seconds(20)

  package let repeatability: Repeatability
  /// How often the request was sent or tried to be sent.
  package private(set) var attempts = 1
  private var unsentAttempts = 0
  private var hasCorrectedClock = false
  /// What the last retry took from the budget; a success gives it back.
  private var borrowed = 0

  package init(_ repeatability: Repeatability) {
    self.repeatability = repeatability
  }

  /// - Parameters:
  ///   - outcome: How the attempt ended, other than by success.
  ///   - budget: Shared over the whole run.
  ///   - random: From 0 to 1, for the jitter.
  package mutating func failed(
    _ outcome: AttemptOutcome, budget: RetryBudget, random: Double
  ) -> Action {
    if case .permanent = outcome { return .giveUp(.permanent) }
    if repeatability == .onlyIfNotExecuted && outcome.mayHaveBeenExecuted {
      return .giveUp(.mayHaveBeenExecuted)
    }
    if outcome == .clockSkew {
      guard !hasCorrectedClock else { return .giveUp(.permanent) }
      hasCorrectedClock = true
      attempts += 1
      return .retry(after: .zero)
    }
    if outcome == .transient(mayHaveBeenExecuted: false) { unsentAttempts += 1 }
    guard attempts < Self.maximumAttempts, unsentAttempts < Self.maximumUnsentAttempts else {
      return .giveUp(.attempts)
    }
    guard budget.take(RetryBudget.retryCost) else { return .giveUp(.budget) }
    borrowed = RetryBudget.retryCost
    attempts += 1
    // Full jitter: spread over the whole of the span, which doubles from one second on.
    let span = min(.seconds(1) * (1 << (attempts - 2)), Self.maximumDelay)
    return .retry(after: span * min(max(random, 0), 1))
  }

  package mutating func succeeded(budget: RetryBudget) {
    budget.give(borrowed > 0 ? borrowed : 1)
    borrowed = 0
  }
}
