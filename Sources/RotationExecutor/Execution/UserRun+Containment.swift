internal import LibCrypto
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// What becomes of a compromised key after it was made Inactive: is it refused now, and what about the
/// sessions that were made with it?
extension UserRun {
  /// What this run knows of a key that it made, or found, Inactive.
  struct Containment {
    var id: AccessKeyID
    var at: Date
    /// AWS refused calls that were signed with the key; nil: its secret isn't known to this run.
    var isRefused: Bool?
  }

  /// Before its successor takes its place, the compromised key stands in `credentials` with its
  /// secret, by which it can be shown later that AWS refuses it.
  func keepLeaked(_ superseding: [AccessKeyID]) {
    guard let id = draft?.published?.id, superseding.contains(id), compromised.contains(id) else {
      return
    }
    // Its last chance: from the commit on this place holds its successor.
    for _ in 0..<2 {
      guard let parameter = try? aws.decrypted(ParameterPlace(user.credentials)) else { continue }
      if case .success(let pair) = CredentialDocument.read(parameter.value), pair.id == id {
        leaked = pair
      }
      return
    }
  }

  func noteContained(_ id: AccessKeyID, _ sighting: Sighting) {
    guard draft?.retiring.contains(where: { $0.id == id && $0.compromised }) == true else { return }
    let before = draft?.leak
    draft?.leak = Leak(
      id: id, containedAt: stamp, revokes: revokes || before?.id == id && before?.revokes == true,
      revokedBefore: before?.revokedBefore)
    containment = Containment(id: id, at: stamp)
  }

  /// A key can go on working for some seconds after IAM has made it Inactive. So IAM is asked again,
  /// and, where the secret is at hand, STS.
  func watchContained(_ id: AccessKeyID, _ sighting: Sighting) {
    guard containment?.id == id else { return }
    defer { leaked = nil }
    let deadline = (aws.now() ?? .distantPast) + min(user.verification.timeout, .seconds(60))
    var refusals = 0
    var isListed = false
    while true {
      isListed = isListed || listsAsInactive(id)
      if let leaked, leaked.id == id {
        switch observer.prove(leaked, sighting.observation.user, region: nil) {
        case .refused: refusals += 1
        case .works, .unknown: refusals = 0
        }
      }
      let isRefused = refusals >= max(2, user.verification.successes)
      if leaked?.id == id { containment?.isRefused = isRefused }
      if isListed, leaked?.id != id || isRefused { return }
      guard let now = aws.now(), now < deadline else { break }
      aws.sleep(user.verification.interval)
    }
    outcome.failures.append(
      Finding(
        code: "still-accepted", .act,
        containment?.isRefused == false
          ? "\(id) is Inactive, but AWS has not refused it yet: whoever has it may still use it"
          : "\(id) was made Inactive, but IAM's list doesn't show that yet",
        remedy: "look at it again in some minutes: `aws iam list-access-keys --user-name "
          + "\(user.name)`"))
  }

  private func listsAsInactive(_ id: AccessKeyID) -> Bool {
    guard let keys = try? aws.keys(of: user.name) else { return false }
    return keys.first { $0.id == id }.map { $0.status != .active } ?? true
  }

  // MARK: Sessions

  /// A session that is to outlast the revocation must be issued after the last one that the
  /// compromised key can have made, with a whole second between, in which the policy draws its line.
  func waitForRevocation() {
    guard let leak = draft?.leak, leak.revokes, !leak.isRevoked, let at = leak.containedAt else {
      return
    }
    // Where nobody has seen that AWS refuses the key, it may have gone on working for a while.
    let isRefused = containment?.id == leak.id && containment?.isRefused == true
    let until = at + (isRefused ? .zero : user.policy.settle) + .seconds(2)
    guard let now = aws.now(), now < until else { return }
    aws.sleep(until - now)
  }

  /// A revocation that can't be had is a finding, and never in the way of the containment before it.
  func revokeSessions(_ id: AccessKeyID, _ done: inout UserOutcome.DoneStep) throws(Halt)
    -> UserOutcome.DoneStep.Result
  {
    if draft?.leak?.id != id || draft?.leak?.containedAt == nil {
      let before = draft?.leak?.revokedBefore
      draft?.leak = Leak(id: id, containedAt: stamp, revokedBefore: before)
    }
    draft?.leak?.revokes = true
    if user.session == nil { waitForRevocation() }
    guard let before = lineForRevocation else {
      return failed("no new session could be published, and the policy would deny the one before")
    }
    let policy = RevocationPolicy(before: before)
    if case .unclear(let finding) = standing() {
      outcome.failures.append(finding)
      return .failed
    }
    let result = try change("PutUserPolicy", detail: detail(policy)) { _ in
      Result { () throws(CallFailure) in
        try self.aws.putInlinePolicy(
          RevocationPolicy.name, policy.text, user: self.user.name, fence: self.fence)
      }
    }
    switch result {
    case .success(let answer): done.requestId = answer.requestId
    case .failure(let failure) where failure.fenced: throw Halt(failure, .leave)
    case .failure(let failure) where failure.execution == .notExecuted:
      return failed("PutUserPolicy: \(failure.message)", policy)
    case .failure(let failure):
      guard case .ours(let found) = standing(), found == policy else {
        return failed("PutUserPolicy: \(failure.message)", policy)
      }
    }
    draft?.leak?.revokedBefore = before
    return .done
  }

  /// By AWS's clock, in whole seconds: what was issued before is denied. Between the last moment in
  /// which the compromised key can have made a session and the new published one; nil where that is
  /// missing.
  private var lineForRevocation: Date? {
    guard let settings = user.session else { return stamp }
    guard sessionIsNew, let end = draft?.session?.expiresAt else { return nil }
    return end + (.zero - settings.duration) + .seconds(-1)
  }

  private func detail(_ policy: RevocationPolicy) -> String {
    "\(RevocationPolicy.name): issued before \(policy.before.inWords)"
  }

  /// The policy of this name as it stands.
  private enum Standing {
    case none
    case ours(RevocationPolicy)
    /// It can't be read, or somebody else wrote it, and is never overwritten then.
    case unclear(Finding)
  }

  private func standing() -> Standing {
    let text: String?
    do throws(CallFailure) {
      text = try aws.inlinePolicy(RevocationPolicy.name, user: user.name)
    } catch {
      return .unclear(notRevoked("GetUserPolicy: \(error.message)", nil))
    }
    guard let text else { return .none }
    guard let policy = RevocationPolicy(text) else {
      return .unclear(
        Finding(
          code: "revocation-name-taken", .failed,
          "\(user.name) has an inline policy \(RevocationPolicy.name) that rotate did not write, so "
            + "it was left as it is",
          remedy: "rename or delete that policy; the next run goes on"))
    }
    return .ours(policy)
  }

  private func notRevoked(_ why: String, _ policy: RevocationPolicy?) -> Finding {
    let byHand = (policy ?? RevocationPolicy(before: stamp)).command(user: user.name)
    return Finding(
      code: "sessions-not-revoked", .failed,
      "the sessions that were made with \(draft?.leak?.id.description ?? "the key") were not "
        + "revoked: \(why)",
      remedy: "every run tries again. If permission is lacking, `rotate policy --with-revocation` "
        + "has it; by hand: \(byHand)")
  }

  private func failed(_ why: String, _ policy: RevocationPolicy? = nil)
    -> UserOutcome.DoneStep.Result
  {
    outcome.failures.append(notRevoked(why, policy))
    return .failed
  }

  /// All that the policy denied has ended.
  func endRevocation(_ done: inout UserOutcome.DoneStep) throws(Halt) {
    switch standing() {
    case .unclear(let finding) where finding.code == .revocationNameTaken:
      outcome.failures.append(
        Finding(code: finding.code.rawValue, .notice, finding.message, remedy: finding.remedy))
    case .unclear(let finding):
      throw Halt(
        Finding(
          code: "revocation-not-ended", .failed,
          "the policy \(RevocationPolicy.name) of \(user.name) can't be read: \(finding.message)",
          remedy: "nothing breaks by it: all that it denies has ended. The next run tries again; "
            + "`rotate policy --with-revocation` has the permission"))
    case .ours(let policy) where laterThanRecorded(policy): return
    case .ours:
      let result = try change("DeleteUserPolicy", detail: RevocationPolicy.name) { _ in
        Result { () throws(CallFailure) in
          try self.aws.deleteInlinePolicy(
            RevocationPolicy.name, user: self.user.name, fence: self.fence)
        }
      }
      switch result {
      case .success(let answer): done.requestId = answer.requestId
      case .failure(let failure): throw Halt(failure)
      }
    case .none: break
    }
    draft?.leak = nil
  }

  /// Somebody has put it again by hand, with a later moment: its time starts from there.
  private func laterThanRecorded(_ policy: RevocationPolicy) -> Bool {
    guard let now = aws.now(), now < policy.before.over(Leak.longestSession) else { return false }
    draft?.leak?.revokedBefore = policy.before
    return true
  }

  // MARK: The account

  /// In order: what is contained, what isn't, and the commands for that.
  func accountForContainment() {
    guard let containment, let leak = draft?.leak, leak.id == containment.id else { return }
    let id = containment.id
    let refused =
      switch containment.isRefused {
      case true: ", and AWS refuses calls that are signed with it"
      case false: ", but AWS has not refused it yet"
      case nil: ". This run does not have its secret, so it has not tried whether AWS refuses it"
      }
    let successor = draft?.published.map { ". \($0.id) is published in its place" } ?? ""
    var open: [String] = []
    var ways: [String] = []
    if let before = leak.revokedBefore, leak.isRevoked {
      ways.append(
        "sessions of \(user.name) that were issued before \(before.inWords) are denied, once IAM has "
          + "spread the policy (some minutes)")
    } else if let end = leak.endsAt {
      open.append("sessions that were made with it work until \(end.inWords) at the latest")
      ways.append("`rotate --user \(user.name) --compromised --revoke-sessions` ends the sessions")
    }
    open.append("sessions of roles that were assumed with it last as long as they were made for")
    ways.append("revoke the sessions of each role that \(user.name) may assume")
    let stale = staleCopies.sorted()
    if !stale.isEmpty { open.append("\(stale.joined(separator: ", ")) may still show it") }
    ways.append(
      "`aws cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,"
        + "AttributeValue=\(id)` shows what it was used for")
    outcome.failures.append(
      Finding(
        code: "contained", .notice,
        "contained: \(id) is Inactive since \(containment.at.inWords)\(refused)\(successor). Not "
          + "contained: " + open.joined(separator: "; "),
        remedy: ways.joined(separator: "; ")))
  }
}
