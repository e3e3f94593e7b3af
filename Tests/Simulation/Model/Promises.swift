package import RotationPlanner
package import RotationExecutor
internal import LibCrypto
internal import struct FoundationEssentials.Date

/// The promises of the design, section 2, as code. Asked before and after every change.
package final class Promises {
  let aws: ModelAWS
  let user: ManagedUser
  /// What was broken, in words. Empty: all promises held.
  package private(set) var broken: [String] = []

  /// Each key that `credentials` ever held in truth, and when it was superseded.
  private var supersededAt: [AccessKeyID: Double] = [:]
  private var everPublished: Set<AccessKeyID> = []
  /// What people put there for a while, between two runs, begins no new grace.
  private var byHand: Set<AccessKeyID> = []
  /// The key that stood there before the first publication: superseding it is allowed.
  private var standing: Set<AccessKeyID> = []
  package private(set) var published: AccessKeyID?
  /// Somebody meddled: the published credential can't be held against the program until it
  /// is in order again.
  package var meddled = false
  /// Told to a person: rotations are paused until then.
  private var pausedUntil: Double?
  /// Told to a person: this key is published again, until somebody resumes.
  private var rolledBackTo: AccessKeyID?
  /// Somebody ordered that these be replaced as compromised, and a run has begun to.
  private var compromised: Set<AccessKeyID> = []
  /// For these somebody has ordered it; nothing may have come of that.
  var mayBeReplaced: Set<AccessKeyID> = []
  /// A session was published, and from then on there is one.
  var hasSession = false
  /// A run was to revoke the sessions of a compromised key, and has begun to.
  var owesRevocation = false
  /// Somebody has said once that the sessions of a compromised key be revoked.
  var ordersRevocation = false
  /// Somebody meddled: until a session is in order again, none can be held against the program.
  var sessionMeddled = false
  /// Somebody forged a record: what can't be evidenced without it may be left to a person.
  private(set) var wasForged = false

  package init(aws: ModelAWS, user: ManagedUser) {
    self.aws = aws
    self.user = user
  }

  /// As they stand, about a copy of that world.
  func copy(_ aws: ModelAWS) -> Promises {
    let copy = Promises(aws: aws, user: user)
    (copy.broken, copy.meddled, copy.published) = (broken, meddled, published)
    (copy.supersededAt, copy.everPublished) = (supersededAt, everPublished)
    (copy.byHand, copy.standing) = (byHand, standing)
    (copy.pausedUntil, copy.rolledBackTo) = (pausedUntil, rolledBackTo)
    (copy.compromised, copy.mayBeReplaced) = (compromised, mayBeReplaced)
    (copy.hasSession, copy.sessionMeddled) = (hasSession, sessionMeddled)
    copy.wasForged = wasForged
    (copy.owesRevocation, copy.ordersRevocation) = (owesRevocation, ordersRevocation)
    return copy
  }

  func fail(_ promise: String) {
    if broken.count < 20 { broken.append("\(promise), at \(aws.time)") }
  }

  /// To be called when the stage is set: what stands there is nobody's fault.
  package func begin() {
    if aws.existing.count == 1 { standing = [aws.existing[0].id] }
    noticePublication()
  }

  /// To be called by whoever changes something by hand.
  package func meddle() {
    meddled = true
    sessionMeddled = user.session != nil
    // Who changes the record or the keys may change what was ordered, too.
    resume()
    compromised = []
    owesRevocation = false
    let record = aws.newest(user.record).flatMap { version -> RecordDocument? in
      guard
        case .document(let document) = RecordDocument.read(
          String(decoding: version.value, as: UTF8.self))
      else { return nil }
      return document
    }
    // Without record or `credentials`, a key that stands alone is taken for the one in use.
    if aws.newest(user.credentials) == nil || record?.userId != aws.userId
      || record?.published == nil
    {
      standing.formUnion(aws.existing.map(\.id))
    }
    // Who deletes `credentials` before a dead run's publication is recorded leaves no trace of it.
    if aws.newest(user.credentials) == nil, let published,
      record?.published?.accessKeyId != published.rawValue
    {
      everPublished.remove(published)
      self.published = nil
    }
    noticePublication(byPerson: true)
    // What a person put there, a person may take away.
    if let published, byHand.contains(published), credentialsHold != published {
      self.published = nil
    }
  }

  /// To be called by whoever has forged parameters: unlike who meddles by right, they excuse nothing
  /// that is done to a key. Orders that stood in the record may be lost, or be held up.
  func forge(all: Bool) {
    resume()
    compromised = []
    sessionMeddled = user.session != nil
    wasForged = true
    if all { meddled = true }
    // Before anything is published, a key that stands alone is taken for the one in use, whoever
    // made it. It gets its grace and its soak.
    if everPublished.isEmpty { standing.formUnion(aws.existing.map(\.id)) }
  }

  private var credentialsHold: AccessKeyID? {
    guard let version = aws.newest(user.credentials),
      case .success(let pair) = CredentialDocument.read(SecretBytes(copying: version.value))
    else { return nil }
    return pair.id
  }

  // MARK: 1. The published credential always works, from the first publication on

  package func checkPublished() {
    guard let version = aws.newest(user.credentials) else {
      if published != nil, !meddled { fail("1: `credentials` is gone") }
      return
    }
    guard case .success(let pair) = CredentialDocument.read(SecretBytes(copying: version.value))
    else {
      if !meddled { fail("1: `credentials` is damaged") }
      return
    }
    let key = aws.key(pair.id)
    let works =
      key.map { key in
        key.active && key.settledAt <= aws.time
          && pair.secret.withUnsafeBytes { $0.elementsEqual(key.secret.utf8) }
      } ?? false
    if works {
      meddled = false
    } else if !meddled {
      fail("1: the published key \(pair.id) doesn't work")
    }
  }

  /// Whether the credential that consumers read works now.
  package var publishedWorks: Bool {
    let before = broken.count
    let wasMeddled = meddled
    meddled = false
    checkPublished()
    let works = broken.count == before && aws.newest(user.credentials) != nil
    broken.removeSubrange(before...)
    meddled = wasMeddled && !works
    return works
  }

  /// Follows what `credentials` holds, to know when a key was superseded.
  package func noticePublication(byPerson: Bool = false) {
    guard let version = aws.newest(user.credentials),
      case .success(let pair) = CredentialDocument.read(SecretBytes(copying: version.value))
    else { return }
    guard pair.id != published else { return }
    // An id with an invented secret publishes nothing.
    if let key = aws.key(pair.id),
      !pair.secret.withUnsafeBytes({ $0.elementsEqual(key.secret.utf8) })
    {
      return
    }
    if !byPerson { checkUndone(pair.id) }
    // Who puts an Inactive key there by hand publishes nothing that anybody could use.
    if meddled, aws.key(pair.id)?.active != true { return }
    if let published, !(byHand.contains(published) && supersededAt[published] != nil) {
      supersededAt[published] = aws.time
    }
    if published == nil {
      for key in standing where key != pair.id && supersededAt[key] == nil {
        supersededAt[key] = aws.time
      }
    }
    published = pair.id
    if byPerson { byHand.insert(pair.id) } else { supersededAt[pair.id] = nil }
    everPublished.insert(pair.id)
  }

  // MARK: 2, 3, 4. Grace, soak, attribution

  func checkDeactivation(_ id: AccessKeyID, _ use: AccessKeyLastUsed?) {
    checkAttribution(id, "deactivates")
    checkCaution(id)
    if mayBeReplaced.contains(id), id != published { return }  // no grace, and nobody is asked
    checkGrace(id, "deactivates")
    checkCopies(id, "deactivates")
    checkEvidence(id, use, "deactivates")
  }

  func checkDeletion(_ id: AccessKeyID, by run: String, _ use: AccessKeyLastUsed?) {
    guard let key = aws.key(id) else { return }
    if let maker = key.madeBy, !everPublished.contains(id) {  // an orphan
      if maker != run, key.active { checkEvidence(id, use, "deletes") }
      return
    }
    checkAttribution(id, "deletes")
    checkGrace(id, "deletes")
    if !mayBeReplaced.contains(id), publishedWorks { checkCopies(id, "deletes") }
    let soak = user.policy.soakPeriod.inSeconds
    guard let since = key.inactiveSince, aws.time - since >= soak else {
      return fail("3: deletes \(id), which has not been Inactive for the soak period")
    }
  }

  /// A read that failed, or was never made, means "unknown", never "not in use".
  func checkEvidence(_ id: AccessKeyID, _ use: AccessKeyLastUsed?, _ verb: String) {
    guard let use else { return fail("4: \(verb) \(id) without knowing its last use") }
    let quiet = user.policy.quietPeriod.inSeconds
    // The program's own proof is a use of STS, and no consumer's.
    if let at = use.at, use.service != "sts", aws.time - at.timeIntervalSince1970 < quiet {
      fail("4: \(verb) \(id), which is in use")
    }
    // In truth: what IAM's evidence lags behind can't be known, but what it leaves out can. (Of an
    // orphan nobody has the secret; where people have hidden that it was published, nothing helps.)
    guard verb == "deactivates", let key = aws.key(id) else { return }
    let seen = use.at?.timeIntervalSince1970 ?? 0
    let hidden = key.uses.contains { used in
      used.service != "sts" && aws.time - used.at < quiet
        && (!aws.lags || used.at < seen + ModelAWS.useResolution)
    }
    if hidden { fail("4: \(verb) \(id), which was used since by a consumer") }
  }

  private func checkGrace(_ id: AccessKeyID, _ verb: String) {
    if id == published { return fail("1: \(verb) the published key \(id)") }
    guard let at = supersededAt[id] else { return }
    if aws.time - at < user.policy.gracePeriod.inSeconds {
      fail("2: \(verb) \(id) \(Int(aws.time - at)) s after it was superseded")
    }
  }

  private func checkAttribution(_ id: AccessKeyID, _ verb: String) {
    guard let key = aws.key(id), key.madeBy == nil, !everPublished.contains(id),
      !standing.contains(id)
    else { return }
    fail("4: \(verb) \(id), which nobody attributed to the program")
  }

  // MARK: 9. No superseded key is taken away while a copy shows it

  private func checkCopies(_ id: AccessKeyID, _ verb: String) {
    guard let key = aws.key(id) else { return }
    for case .parameter(let copy) in user.allProjections {
      guard let shown = aws.newest(copy.place.name)?.value else { continue }
      if shown.elementsEqual(id.rawValue.utf8) || shown.elementsEqual(key.secret.utf8) {
        fail("9: \(verb) \(id), which \(copy.place.name) still shows")
      }
    }
  }

  // MARK: What a person ordered

  /// A run that ended well said so.
  func pause(until: Double?) { pausedUntil = until ?? .infinity }
  func rollBack(to id: AccessKeyID) { rolledBackTo = id }
  func resume() { (pausedUntil, rolledBackTo) = (nil, nil) }

  var isPaused: Bool { pausedUntil.map { aws.time < $0 } ?? false }

  /// An order, which holds for the key that is published now. Once a run has begun to carry it out,
  /// it may not be forgotten.
  func orderReplacement() {
    // Before anything is published, the key that stands there may be meant.
    mayBeReplaced.formUnion(published.map { [$0] } ?? aws.existing.map(\.id))
  }

  /// A run ended well to which somebody had said that this published key is compromised, or that said
  /// so itself: from then on it may not be forgotten.
  func demandReplacement(of id: AccessKeyID?) {
    guard let id else { return }
    compromised.insert(id)
    mayBeReplaced.insert(id)
  }

  /// A paused user is not rotated unless promise 1 demands it.
  func checkCreation(replacesCompromised: Bool, revokes: Bool) {
    if replacesCompromised, let published {
      if revokes { owesRevocation = true }
      compromised.insert(published)
      mayBeReplaced.insert(published)
    }
    guard isPaused, let published, !mayBeReplaced.contains(published), publishedWorks else {
      return
    }
    fail("pause: a key is created for a paused user whose published key works")
  }

  /// After a rollback the published key is the old one until somebody resumes; and what was
  /// replaced as compromised is never published again.
  private func checkUndone(_ new: AccessKeyID) {
    if compromised.contains(new) { fail("compromised: \(new) is published again") }
    guard let old = rolledBackTo, isPaused, new != old, !mayBeReplaced.contains(old),
      aws.key(old)?.active == true
    else { return }
    fail("rollback: \(new) is published although \(old) was published again")
  }

  /// A compromised key is Inactive as soon as a run ends well after the publication of another.
  func checkCompromised() {
    for id in compromised.sorted() where id != published && aws.key(id)?.active == true {
      fail("compromised: \(id) is still Active")
    }
  }

  /// And once all faults are over, another one is published.
  func checkReplaced() {
    if let published, compromised.contains(published) {
      fail("compromised: \(published) is still published")
    }
    checkCompromised()
  }

  // MARK: 5. Secrets

  package func checkSecrecy(_ text: [UInt8], _ what: String) {
    // The model's secrets all begin alike, so that one search finds any.
    let found = text.withUnsafeBytes { bytes in
      Self.secret.withUnsafeBytes { secret in
        bytes.indices.dropLast(secret.count - 1).contains { start in
          bytes[start] == secret[0]
            && bytes[start..<(start + secret.count)].elementsEqual(secret)
        }
      }
    }
    if found { fail("5: a secret stands in \(what)") }
  }

  private static let secret = Array("SECRETofKey".utf8)

  // MARK: 6. Nothing without a durable intent

  func checkIntent(_ trail: WatchedTrail, _ action: String, _ key: AccessKeyID?) {
    if !trail.announces(action, key) { fail("6: \(action) without a durable intent") }
  }

  /// The log accounts for every change: it may say that it doesn't know, but never deny one.
  func checkAccount(_ trail: WatchedTrail) {
    for action in trail.denied { fail("6: the log says that \(action) failed, but it was done") }
  }
}
