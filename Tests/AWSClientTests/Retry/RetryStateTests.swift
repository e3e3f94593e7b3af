import AWSClient
import Testing

@Suite struct RetryStateTests {
  private let budget = RetryBudget()

  @Test func delaysAreAFullJitterUpToTheCap() {
    for random in [0.0, 0.25, 1.0] {
      var retry = RetryState(.always)
      for span in [1, 2, 4, 8, 16] {
        let action = retry.failed(.throttled, budget: budget, random: random)
        #expect(action == .retry(after: .seconds(span) * random))
      }
      #expect(retry.failed(.throttled, budget: budget, random: 1) == .giveUp(.attempts))
      #expect(retry.attempts == RetryState.maximumAttempts)
    }
  }

  @Test func noConnectionIsTriedLessOften() {
    var retry = RetryState(.always)
    let unsent = AttemptOutcome.transient(mayHaveBeenExecuted: false)
    #expect(retry.failed(unsent, budget: budget, random: 0) == .retry(after: .zero))
    #expect(retry.failed(unsent, budget: budget, random: 0) == .retry(after: .zero))
    #expect(retry.failed(unsent, budget: budget, random: 0) == .giveUp(.attempts))
  }

  @Test func aRandomNumberOutOfRangeCantStallARun() {
    var retry = RetryState(.always)
    let action = retry.failed(.throttled, budget: budget, random: 1e9)
    #expect(action == .retry(after: .seconds(1)))
  }

  @Test func theClockIsCorrectedOnce() {
    var retry = RetryState(.onlyIfNotExecuted)
    #expect(retry.failed(.clockSkew, budget: budget, random: 1) == .retry(after: .zero))
    #expect(retry.failed(.clockSkew, budget: budget, random: 1) == .giveUp(.permanent))
  }

  @Test func whatMayHaveBeenDoneIsNotDoneAgain() {
    var retry = RetryState(.onlyIfNotExecuted)
    let unsure = AttemptOutcome.transient(mayHaveBeenExecuted: true)
    #expect(
      retry.failed(.transient(mayHaveBeenExecuted: false), budget: budget, random: 0)
        == .retry(after: .zero))
    #expect(retry.failed(unsure, budget: budget, random: 0) == .giveUp(.mayHaveBeenExecuted))
  }

  @Test func successGivesBackWhatTheRetryTook() {
    let budget = RetryBudget(tokens: 5)
    for _ in 0..<10 {
      var retry = RetryState(.always)
      #expect(retry.failed(.throttled, budget: budget, random: 0) == .retry(after: .zero))
      retry.succeeded(budget: budget)
    }
    var retry = RetryState(.always)
    _ = retry.failed(.throttled, budget: budget, random: 0)
    #expect(retry.failed(.throttled, budget: budget, random: 0) == .giveUp(.budget))
  }

  @Test(arguments: [
    (400, "LimitExceededException", AttemptOutcome.throttled),
    (409, "LimitExceeded", .permanent(mayHaveBeenExecuted: false)),
    (403, "AccessDenied", .permanent(mayHaveBeenExecuted: false)),
    (500, "Unheard", .transient(mayHaveBeenExecuted: true)),
    (501, "Unheard", .permanent(mayHaveBeenExecuted: true)),
    (400, "RequestTimeout", .transient(mayHaveBeenExecuted: true)),
    (403, "RequestInTheFuture", .clockSkew),
    (503, "SlowDown", .throttled),
  ])
  func answersAreToldApart(status: Int, code: String, outcome: AttemptOutcome) {
    #expect(AttemptOutcome(status: status, code: code, skew: nil) == outcome)
  }

  @Test func onlyAFarOffDateMakesASignatureTheClocksFault() {
    for code in ["SignatureDoesNotMatch", "InvalidSignatureException"] {
      for (skew, isClock) in [(0, false), (-239, false), (241, true), (-86_400, true)] {
        let outcome = AttemptOutcome(status: 403, code: code, skew: .seconds(skew))
        #expect((outcome == .clockSkew) == isClock)
      }
    }
  }

  @Test func withoutACodeNothingIsProven() {
    for status in [400, 403, 404, 407, 429, 500, 502, 503, 504] {
      #expect(AttemptOutcome(status: status, code: nil, skew: nil).mayHaveBeenExecuted)
    }
  }
}
