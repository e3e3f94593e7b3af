internal import Reports
internal import Configuration
internal import RotationExecutor
internal import RotationPlanner

/// One occasion to run hooks: what they are told in their environment. Never a secret.
struct HookCall: Sendable {
  var event: HookEvent
  var user: String?
  /// `ROTATE_…`, without what every hook gets.
  var variables: [String: String]

  /// Before a rotation.
  static func beforeRotate(
    _ user: ManagedUser, _ reason: RotationReason, _ superseding: [AccessKeyID]
  ) -> HookCall {
    HookCall(
      event: .beforeRotate, user: user.name,
      variables: names(user).merging([
        "ROTATE_REASON": reason.rawValue,
        "ROTATE_OLD_KEY_IDS": superseding.map(\.rawValue).joined(separator: " "),
      ]) { $1 })
  }

  /// After what a run has done for one user, in order.
  static func after(_ outcome: UserOutcome, _ user: ManagedUser) -> [HookCall] {
    var calls = outcome.done.filter { $0.result == .done }.compactMap { after($0, user) }
    for finding in outcome.findings where finding.severity == .failed {
      calls.append(failure(finding, user))
    }
    return calls
  }

  static func failure(_ finding: Finding, _ user: ManagedUser?) -> HookCall {
    HookCall(
      event: .onFailure, user: user?.name,
      variables: (user.map(names) ?? [:]).merging([
        "ROTATE_CODE": finding.code.rawValue,
        "ROTATE_MESSAGE": String(finding.message.prefix(1000)),
      ]) { $1 })
  }

  static func after(_ done: UserOutcome.DoneStep, _ user: ManagedUser) -> HookCall? {
    let step = StepReport(done)
    let event: HookEvent
    switch done.planned.step.keyChange {
    case .publication: event = .afterPublish
    case .deactivation: event = .afterDeactivate
    case .deletion: event = .afterDelete
    case nil: return nil
    }
    let (key, old): (String?, [String])
    switch done.planned.step {
    // A dry run makes no key.
    case .rotate: (key, old) = (step.newAccessKeyId, step.accessKeyIds)
    case .rollBack:
      (key, old) = (step.accessKeyIds.first, Array(step.accessKeyIds.dropFirst()))
    default: (key, old) = (step.accessKeyIds.first, [])
    }
    return HookCall(
      event: event, user: user.name,
      variables: names(user).merging([
        "ROTATE_ACTION": step.action, "ROTATE_KEY_ID": key ?? "",
        "ROTATE_OLD_KEY_IDS": old.joined(separator: " "),
      ]) { $1 })
  }

  private static func names(_ user: ManagedUser) -> [String: String] {
    let parameters = user.allProjections.compactMap { projection in
      if case .parameter(let parameter) = projection { parameter.place.name } else { nil }
    }
    return [
      "ROTATE_USER": user.name,
      "ROTATE_CREDENTIALS_PARAMETER": user.credentials,
      "ROTATE_RECORD_PARAMETER": user.record,
      "ROTATE_PARAMETERS": ([user.credentials] + parameters).joined(separator: " "),
    ]
  }
}
