/// Why a call to AWS brought no result.
package struct AWSFailure: Error, Sendable, Equatable {
  package enum Kind: String, Sendable, Equatable {
    /// AWS asked to slow down, after all tries.
    case throttled
    /// AWS said no.
    case refused
    /// The service is in trouble, or something between it and this host is.
    case serviceFault
    /// The request never left: no connection.
    case notSent
    /// The request was sent, and no answer came.
    case noReply
    /// The answer could not be read, or is not AWS's.
    case malformed
    /// The fence refused to let it be signed.
    case fenced
    /// There is nothing to sign with.
    case noCredentials
    /// The endpoint or the request is wrong.
    case misconfigured
    /// The file of trusted certificates can't be used.
    case badTrust
  }

  /// What AWS may have done, over all of the tries.
  package enum Execution: String, Sendable, Equatable {
    /// Proven: nothing.
    case notExecuted
    /// It may have been done.
    case unknown
  }

  package var kind: Kind
  package var execution: Execution
  package var service: Service
  package var operation: String
  package var region: String
  /// The answer's HTTP status; nil without an answer.
  package var status: Int?
  /// AWS's error code; nil where AWS gave none.
  package var code: String?
  /// AWS's own words, or the network's. Never a secret.
  package var message: String
  package var requestId: String?

  package init(
    _ kind: Kind, execution: Execution, service: Service, operation: String, region: String,
    status: Int? = nil, code: String? = nil, message: String, requestId: String? = nil
  ) {
    self.kind = kind
    self.execution = execution
    self.service = service
    self.operation = operation
    self.region = region
    self.status = status
    self.code = code
    self.message = message
    self.requestId = requestId
  }
}

extension AWSFailure: CustomStringConvertible {
  /// What was being done, what happened, and what can be done about it.
  package var description: String {
    let answer = code.map { "\($0): \(message)" } ?? message
    let id = requestId.map { " (request id \($0))" } ?? ""
    let isRead = operation.hasPrefix("Get") || operation.hasPrefix("List")
    let unknown =
      execution == .unknown && !isRead ? " It is not known whether AWS did it." : ""
    let sentence = "\(service.displayName) \(operation) in \(region): \(answer)"
    let stop = sentence.hasSuffix(".") && id.isEmpty ? "" : "."
    return "\(sentence)\(id)\(stop)\(unknown) \(advice)"
  }
}
