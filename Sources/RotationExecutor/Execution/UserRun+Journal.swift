internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// No change without its intent in the audit log first, and its outcome after it.
extension UserRun {
  /// Announces one change, makes it, tells what came of it.
  func change<Value: Sendable>(
    _ action: String, key: AccessKeyID? = nil, detail: String? = nil,
    _ body: (AuditHead) -> Result<Done<Value>, CallFailure>
  ) throws(Halt) -> Result<Done<Value>, CallFailure> {
    let draft = entry(action, key, detail)
    do {
      let intent = try audit.recordIntent(draft)
      let result = body(intent)
      try tell(draft, intent, result)
      return result
    } catch { throw Halt(error) }
  }

  /// The same for several parameters that are put at once.
  func put(_ writes: [ParameterWrite], fence: Fence) throws(Halt)
    -> [Result<Done<Int>, CallFailure>]
  {
    let drafts = writes.map {
      entry("PutParameter", nil, ($0.region.map { "in \($0): " } ?? "") + $0.name)
    }
    do {
      let intents = try audit.recordIntents(drafts)
      let results = aws.put(writes, fence: fence)
      for (index, result) in results.enumerated() {
        try tell(drafts[index], intents[index], result)
      }
      return results
    } catch { throw Halt(error) }
  }

  /// A run that finds nothing to do still says what became of an earlier one's intents.
  func accountForEarlierRuns() throws(Halt) {
    do { try audit.accountForEarlierRuns(entry("", nil, nil)) } catch { throw Halt(error) }
  }

  private func entry(_ action: String, _ key: AccessKeyID?, _ detail: String?) -> AuditDraft {
    AuditDraft(
      time: aws.now() ?? .distantPast, runId: run.runId, host: run.host, actor: run.actor,
      user: user.name, accessKeyId: key?.rawValue, action: action, detail: detail)
  }

  private func tell<Value: Sendable>(
    _ draft: AuditDraft, _ intent: AuditHead, _ result: Result<Done<Value>, CallFailure>
  ) throws(AuditFailure) {
    var draft = draft
    draft.time = aws.now() ?? draft.time
    switch result {
    case .success(let done):
      if let created = done.value as? CreatedAccessKey {
        draft.accessKeyId = created.pair.id.rawValue
      }
      if let version = done.value as? Int {
        draft.detail = (draft.detail ?? "") + ", version \(version)"
      }
      try audit.recordOutcome(draft, of: intent, .ok, requestId: done.requestId)
    case .failure(let failure):
      draft.detail = (draft.detail.map { "\($0): " } ?? "") + (failure.code ?? failure.message)
      try audit.recordOutcome(
        draft, of: intent, failure.execution == .notExecuted ? .failed : .unknown,
        requestId: failure.requestId)
    }
  }
}
