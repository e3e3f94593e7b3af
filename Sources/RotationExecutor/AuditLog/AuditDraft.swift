package import struct FoundationEssentials.Date

/// What a run says in an entry; the log adds sequence, hashes and phase.
package struct AuditDraft: Sendable, Equatable {
  package var time: Date
  package var runId: String
  /// The host's name in the record: `RunLock.host`.
  package var host: String
  /// The ARN that acts; nil where it isn't known yet.
  package var actor: String?
  package var user: String?
  package var accessKeyId: String?
  /// The API operation's own name, such as `CreateAccessKey`, or one of `AuditAction`.
  package var action: String
  /// A few words without any secret, such as a parameter's name and version. What exceeds 1,024
  /// characters is cut off.
  package var detail: String?

  var phase = AuditPhase.intent
  var intent: Int?
  var result: AuditResult?
  var requestId: String?

  package init(
    time: Date, runId: String, host: String, actor: String? = nil, user: String? = nil,
    accessKeyId: String? = nil, action: String, detail: String? = nil
  ) {
    self.time = time
    self.runId = runId
    self.host = host
    self.actor = actor
    self.user = user
    self.accessKeyId = accessKeyId
    self.action = action
    self.detail = detail
  }

  /// The same as the outcome of an intent.
  func outcome(of intent: Int?, _ result: AuditResult, requestId: String?) -> AuditDraft {
    var outcome = self
    outcome.phase = .outcome
    outcome.intent = intent
    outcome.result = result
    outcome.requestId = requestId
    return outcome
  }
}
