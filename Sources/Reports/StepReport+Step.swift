package import RotationExecutor
internal import RotationPlanner

extension StepReport {
  init(_ planned: PlannedStep, result: Result) {
    let step = planned.step
    (action, accessKeyIds, text) = Self.described(step)
    reason = planned.reason
    self.result = result
  }

  package init(_ done: UserOutcome.DoneStep) {
    let result: Result =
      switch done.result {
      case .done: .done
      case .failed: .failed
      case .notReached: .notReached
      }
    self.init(done.planned, result: result)
    newAccessKeyId = done.newKey?.rawValue
    requestId = done.requestId
    if let newAccessKeyId, result == .done {
      text = "created and published \(newAccessKeyId)" + Self.retiring(accessKeyIds)
    }
  }

  private static func described(_ step: Step) -> (String, [String], String) {
    switch step {
    case .adopt(let key, let source, _):
      let place = source == .pair ? "the pair holds" : "`credentials` holds"
      return ("adopt", [key.id.rawValue], "adopt \(key.id), which \(place), as the published key")
    case .deleteOrphan(let id):
      return ("deleteOrphan", [id.rawValue], "delete \(id), which was never published")
    case .restoreCredentials(let id, let version):
      return (
        "restoreCredentials", [id.rawValue], "put `credentials` back from its version \(version)"
      )
    case .note(let id, let note):
      return ("note", [id.rawValue], "record that \(id) \(note.inWords)")
    case .deactivate(let id):
      return ("deactivate", [id.rawValue], "make \(id) Inactive")
    case .delete(let id):
      return ("delete", [id.rawValue], "delete \(id)")
    case .makeRoom(let id):
      return ("makeRoom", [id.rawValue], "give up \(id): Inactive now, deleted after its soak")
    case .rotate(_, let superseding):
      let ids = superseding.map(\.rawValue)
      return ("rotate", ids, "create a key, prove it and publish it" + retiring(ids))
    case .repair(let names):
      return ("repair", [], "write \(names.joined(separator: ", ")) again")
    case .renewSession(let id, _):
      return (
        "renewSession", [id?.rawValue].compactMap(\.self),
        "make an MFA session of \(id?.rawValue ?? "the new key") and publish it"
      )
    case .revokeSessions(let id):
      return (
        "revokeSessions", [id.rawValue],
        "put a policy on the user that denies every session that was issued before now"
      )
    case .endRevocation(let id):
      return (
        "endRevocation", [id.rawValue], "delete the policy that revoked the sessions of \(id)"
      )
    case .recordState:
      return ("recordState", [], "write the record")
    case .pause(let pause):
      let until = pause.until.map { "until \($0.inWords)" } ?? "until somebody resumes them"
      // Before a rollback, whose own step says what builds read then.
      let builds = pause.rollbackTo == nil ? "; builds go on with what is published" : ""
      return ("pause", [], "pause rotations \(until)\(builds)")
    case .resume:
      return (
        "resume", [],
        "let rotations go on; builds notice nothing, and the next run makes a key if one is due"
      )
    case .rollBack(let id, _, let superseding):
      return (
        "rollBack", [id.rawValue] + (superseding.map { [$0.rawValue] } ?? []),
        "make \(id) Active, prove it and publish it again"
          + retiring(superseding.map { [$0.rawValue] } ?? [])
      )
    case .reactivate(let id):
      return ("reactivate", [id.rawValue], "make \(id) Active; its grace starts again")
    }
  }

  /// What was done, in the fewest words.
  var verb: String {
    switch action {
    case "rotate": "rotated"
    case "adopt": "adopted a key"
    case "deleteOrphan": "deleted an orphan"
    case "restoreCredentials": "restored `credentials`"
    case "deactivate": "made a key Inactive"
    case "delete": "deleted a key"
    case "makeRoom": "made room"
    case "repair": "repaired copies"
    case "renewSession": "renewed the session"
    case "revokeSessions": "revoked sessions"
    case "endRevocation": "deleted the policy that revoked sessions"
    case "pause": "paused rotations"
    case "resume": "let rotations go on"
    case "rollBack": "published the superseded key again"
    case "reactivate": "made a superseded key Active"
    default: "updated the record"
    }
  }

  private static func retiring(_ ids: [String]) -> String {
    ids.isEmpty
      ? "" : "; \(ids.joined(separator: " and ")) \(ids.count == 1 ? "retires" : "retire")"
  }
}

extension Note {
  fileprivate var inWords: String {
    switch self {
    case .inactive: "is Inactive"
    case .reactivated: "was made Active again"
    case .gone: "doesn't exist any more"
    case .rewritten: "was published again as it is"
    }
  }
}
