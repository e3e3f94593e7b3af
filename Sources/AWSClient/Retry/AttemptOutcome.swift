/// What one attempt came to, as far as trying again is concerned.
package enum AttemptOutcome: Sendable, Equatable {
  case success
  /// AWS refused before doing anything, since there was too much to do.
  case throttled
  /// Passing trouble of the network or the service.
  case transient(mayHaveBeenExecuted: Bool)
  /// AWS refused the signature because of its time; the clock is corrected by now.
  case clockSkew
  /// Trying again changes nothing.
  case permanent(mayHaveBeenExecuted: Bool)

  package var mayHaveBeenExecuted: Bool {
    switch self {
    case .throttled, .clockSkew: false
    case .success: true
    case .transient(let mayHaveBeenExecuted), .permanent(let mayHaveBeenExecuted):
      mayHaveBeenExecuted
    }
  }

  /// Of a request that got no response.
  package init(_ failure: HTTPFailure) {
    switch failure.kind {
    case .nameNotResolved, .notConnected, .timedOutBeforeSending, .timedOutAfterSending,
      .connectionLost, .malformedResponse:
      self = .transient(mayHaveBeenExecuted: failure.mayHaveBeenActedOn)
    case .tls, .responseTooLarge, .invalidRequest, .badTrust:
      self = .permanent(mayHaveBeenExecuted: failure.mayHaveBeenActedOn)
    }
  }

  /// Of a response other than a success.
  ///
  /// Only an error of AWS's own, below 500, proves that nothing was done: a proxy's page may
  /// come from anywhere. `skew` is the reply's time less the signature's.
  package init(status: Int, code: String?, skew: Duration?) {
    guard let code else {
      self =
        ErrorCodes.transientStatus.contains(status) || status == 429
        ? .transient(mayHaveBeenExecuted: true) : .permanent(mayHaveBeenExecuted: true)
      return
    }
    let isFarOff = skew.map { abs($0.milliseconds) > 240_000 } ?? false
    if ErrorCodes.throttling.contains(code) {
      self = .throttled
    } else if ErrorCodes.clockSkew.contains(code)
      || ErrorCodes.perhapsClockSkew.contains(code) && isFarOff
    {
      self = .clockSkew
    } else if ErrorCodes.transient.contains(code) || ErrorCodes.transientStatus.contains(status) {
      self = .transient(mayHaveBeenExecuted: true)
    } else {
      self = .permanent(mayHaveBeenExecuted: status >= 500)
    }
  }
}
