/// What AWS's error codes say about trying again. The lists are those of the SDKs' standard mode.
package enum ErrorCodes {
  /// Refused before anything was done. `LimitExceeded`, IAM's quota, is none of them.
  static let throttling: Set<String> = [
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
    "TooManyRequestsException", "ProvisionedThroughputExceededException",
    "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
    "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
    "EC2ThrottledException",
    // Not on the SDKs' list. SSM: two puts of one parameter at the same moment, of which this one
    // was not executed. IAM: another change of the same user was under way.
    "TooManyUpdates", "ConcurrentModification", "ConcurrentModificationException",
  ]

  /// A passing trouble of the service, which may have acted.
  static let transient: Set<String> = [
    "RequestTimeout", "RequestTimeoutException", "InternalFailure", "InternalError",
    "InternalServerError", "ServiceUnavailable", "ServiceUnavailableException",
    "ServiceFailure", "IDPCommunicationError",
  ]

  static let transientStatus: Set<Int> = [500, 502, 503, 504]

  /// The signature's time was the reason: sign again with the corrected clock.
  static let clockSkew: Set<String> = [
    "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture",
  ]

  /// The signature's time may have been the reason, if it is far off the reply's.
  static let perhapsClockSkew: Set<String> = [
    "InvalidSignatureException", "SignatureDoesNotMatch", "InvalidSignature",
  ]

  /// The key is unknown to the service that was asked.
  package static let unknownKey: Set<String> = [
    "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId",
  ]
}
