/// What can go wrong with one attempt to call AWS.
package enum Fault: Sendable, Hashable, CustomStringConvertible {
  /// The process dies before the request is sent.
  case crashBefore
  /// The process dies after AWS acted.
  case crashAfter
  /// No connection: certainly not executed.
  case notConnected
  /// The request never arrives, but the client can't know that.
  case lostRequest
  /// AWS acts, and its reply never comes.
  case lostReply
  case throttle
  /// A 5xx before AWS acted.
  case serverError
  /// A 5xx although AWS acted.
  case serverErrorAfterActing
  /// AWS acts, and its reply is cut short or garbled.
  case malformedReply
  /// AWS makes a key, and its reply names one that existed before.
  case replyNamesKnownKey
  /// AWS makes a key, and its reply names one that doesn't exist.
  case replyNamesNoKey
  /// The machine is suspended before the request is signed, in seconds. A guest's clock may stop.
  case pauseBefore(Double, clockStops: Bool)
  /// It is held up between the signature and the arrival.
  case pauseInFlight(Double, clockStops: Bool)
  /// It is suspended after AWS acted.
  case pauseAfter(Double, clockStops: Bool)
  /// The host's clock is set, by so many seconds, in the middle of the run.
  case clockStep(Double)
  /// The audit log's disk is full from now on.
  case diskFull
  /// The audit log's disk fails to sync.
  case syncFails
  /// Somebody gives the user another name in IAM, just before the request arrives.
  case renamed

  package var description: String {
    switch self {
    case .crashBefore: "crash before"
    case .crashAfter: "crash after"
    case .notConnected: "not connected"
    case .lostRequest: "request lost"
    case .lostReply: "reply lost"
    case .throttle: "throttled"
    case .serverError: "5xx, not executed"
    case .serverErrorAfterActing: "5xx, executed"
    case .malformedReply: "malformed reply"
    case .replyNamesKnownKey: "reply names a known key"
    case .replyNamesNoKey: "reply names no key"
    case .pauseBefore(let seconds, let stops):
      "pause of \(seconds) s before\(stops ? ", clock stops" : "")"
    case .pauseInFlight(let seconds, let stops):
      "\(seconds) s in flight\(stops ? ", clock stops" : "")"
    case .pauseAfter(let seconds, let stops):
      "pause of \(seconds) s after\(stops ? ", clock stops" : "")"
    case .clockStep(let seconds): "clock set by \(seconds) s"
    case .diskFull: "disk full"
    case .syncFails: "sync fails"
    case .renamed: "the user is renamed"
    }
  }

  /// One of each kind, for exhaustive runs.
  package static let all: [Fault] = [
    .crashBefore, .crashAfter, .notConnected, .lostRequest, .lostReply, .throttle, .serverError,
    .serverErrorAfterActing, .malformedReply, .replyNamesKnownKey, .replyNamesNoKey,
    .pauseBefore(45, clockStops: false),
    .pauseBefore(850, clockStops: true), .pauseBefore(2400, clockStops: false),
    .pauseInFlight(200, clockStops: true), .pauseInFlight(850, clockStops: false),
    .pauseInFlight(2400, clockStops: true), .pauseAfter(850, clockStops: true),
    .pauseAfter(2400, clockStops: false), .clockStep(-86400 * 400), .diskFull, .syncFails,
    .renamed,
  ]
}

/// Where a fault strikes: the n-th attempt of a run, counted from 0.
package struct FaultPoint: Sendable, Hashable {
  package var attempt: Int
  package var fault: Fault

  package init(attempt: Int, fault: Fault) {
    self.attempt = attempt
    self.fault = fault
  }
}
