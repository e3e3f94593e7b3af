package import RotationPlanner
internal import struct FoundationEssentials.Date
package import LibCrypto
internal import RotationExecutor

/// A model of the parts of AWS that `rotate` touches, with their rules and their bad manners: the
/// quota of two, keys that are not usable or listed yet, reads that lag behind writes, last-used
/// data that lags by hours.
///
/// It only answers and changes; who may do what, and what must hold, is in `Promises`.
package final class ModelAWS {
  package struct Key: Sendable {
    package var id: AccessKeyID
    package var user: String
    package var secret: String
    package var active = true
    package var createdAt: Double
    /// Since when it has been Inactive, without a break.
    package var inactiveSince: Double?
    package var deletedAt: Double?
    /// Until then it may be refused, or missing from lists.
    package var settledAt: Double
    /// When its status changed last; lists may show the old one for a while.
    package var changedAt: Double
    /// Signed by it. Visibility flaps, but not any more after two.
    var successes = 0
    /// Refused after it was made Inactive. It isn't accepted any more after two.
    var refusals = 0
    package var uses: [(at: Double, service: String)] = []
    /// Those of them that IAM has noted: one in a quarter of an hour.
    package var notedUses: [(at: Double, service: String)] = []
    /// Made by the run of a program, or by a person.
    package var madeBy: String?
  }

  package struct Version: Sendable {
    package var number: Int
    package var value: [UInt8]
    package var isSecure: Bool
    package var at: Double
    /// What Parameter Store answers to whoever wants it decrypted: its KMS key is pending deletion, or
    /// this caller's policy names another. Nil: the value.
    package var refusal: String?
    /// Who put it: that is AWS's word, whatever stands in it.
    package var writer: String
  }

  package struct Refusal: Error, Sendable {
    package var code: String
    package var status: Int
    package init(_ code: String, _ status: Int = 400) {
      self.code = code
      self.status = status
    }
  }

  package var time: Double = 1_800_000_000
  package var random: Randomness
  /// With bad manners, or prompt and exact.
  package var lags = true
  /// How likely a read that may lag does; 1: always, and for as long as it may.
  package var staleness = 0.3
  /// What has happened, and how often: to know what a search has met.
  package var met: [String: Int] = [:]
  package private(set) var keys: [Key] = []
  package private(set) var parameters: [String: [Version]] = [:]
  /// The parameters whose puts are refused from now on: by a policy, a label, a key that is gone.
  package var refused: Set<String> = []
  var sessions: [Session] = []
  /// The user's inline policies, by their names.
  package internal(set) var policies: [String: String] = [:]
  /// The key that a thief holds.
  var stolen: AccessKeyID?
  /// The steps whose codes have arrived: each is taken once.
  var spentSteps: Set<Int> = []
  /// The user's IAM id; it changes when the user is deleted and made again.
  package var userId = "AIDAMODEL1"
  /// Somebody may change it; the id stays.
  package private(set) var userName = "deployer"
  private var renames = 0
  package let account = "111122223333"
  private var nextKey = 1

  /// How long lists and authentication may lag behind, in seconds. The settle time is 30 s.
  static let keyLag = 20.0
  /// How long a read of a parameter may lag behind a put.
  static let parameterLag = 1.5
  /// How long a key may be accepted after it was made Inactive.
  static let deathLag = 5.0
  /// How long last-used data may lag.
  static let useLag = 4 * 3600.0
  /// How long IAM notes no other use of a key after one.
  static let useResolution = 900.0

  package init(seed: UInt64) { random = Randomness(seed: seed) }

  func copy() -> ModelAWS {
    let copy = ModelAWS(seed: 0)
    (copy.time, copy.random, copy.lags, copy.staleness) = (time, random, lags, staleness)
    (copy.keys, copy.parameters, copy.refused) = (keys, parameters, refused)
    (copy.sessions, copy.spentSteps) = (sessions, spentSteps)
    (copy.policies, copy.stolen) = (policies, stolen)
    (copy.userId, copy.nextKey) = (userId, nextKey)
    (copy.userName, copy.renames) = (userName, renames)
    return copy
  }

  // MARK: IAM

  package var existing: [Key] { keys.filter { $0.deletedAt == nil } }

  func key(_ id: AccessKeyID) -> Key? { keys.first { $0.id == id && $0.deletedAt == nil } }

  package func listKeys() -> [AccessKey] {
    keys.compactMap { key in
      var shown = key
      if let deleted = key.deletedAt {
        // A deleted key may still be listed for a while.
        guard lags, time < deleted + Self.keyLag, random.chance(staleness) else { return nil }
        met["list lags", default: 0] += 1
      } else if lags, time < key.settledAt, random.chance(staleness) {
        met["list lags", default: 0] += 1
        return nil
      }
      if lags, time < key.changedAt + Self.keyLag, key.changedAt > key.createdAt,
        random.chance(staleness)
      {
        shown.active.toggle()
      }
      return AccessKey(
        id: key.id, status: shown.active ? .active : .inactive,
        createdAt: Date(timeIntervalSince1970: key.createdAt.rounded(.down)))
    }
  }

  package func createKey(user: String, by maker: String?) throws(Refusal) -> Key {
    // The quota can race: rarely a third key gets in.
    if existing.count >= 2, !(lags && existing.count == 2 && random.chance(0.05)) {
      throw Refusal("LimitExceeded", 409)
    }
    if existing.count >= 2 { met["quota overshot", default: 0] += 1 }
    let number = nextKey
    nextKey += 1
    let key = Key(
      id: AccessKeyID("AKIAMODEL\(1000 + number)"), user: user,
      secret: "SECRETofKey\(1000 + number)",
      createdAt: time, settledAt: time + (lags ? random.upTo(Self.keyLag) : 0), changedAt: time,
      madeBy: maker)
    keys.append(key)
    return key
  }

  package func setActive(_ id: AccessKeyID, _ active: Bool) throws(Refusal) {
    guard let index = index(id) else { throw Refusal("NoSuchEntity", 404) }
    guard keys[index].active != active else { return }
    keys[index].active = active
    keys[index].changedAt = time
    keys[index].inactiveSince = active ? nil : time
    if active {  // made to work again, it doesn't everywhere at once
      keys[index].settledAt = time + (lags ? random.upTo(Self.keyLag) : 0)
      keys[index].successes = 0
      keys[index].refusals = 0
    }
  }

  package func deleteKey(_ id: AccessKeyID) throws(Refusal) {
    guard let index = index(id) else { throw Refusal("NoSuchEntity", 404) }
    keys[index].deletedAt = time
  }

  private func index(_ id: AccessKeyID) -> Int? {
    keys.firstIndex { $0.id == id && $0.deletedAt == nil }
  }

  package func lastUsed(_ id: AccessKeyID) throws(Refusal) -> AccessKeyLastUsed {
    // AWS doesn't say that there is no such key.
    guard let key = key(id) else { throw Refusal("AccessDenied", 403) }
    let horizon = time - (lags ? random.upTo(Self.useLag) : 0)
    guard let use = key.notedUses.last(where: { $0.at <= horizon }) else {
      return AccessKeyLastUsed(at: nil)
    }
    let minute = (use.at / 60).rounded(.down) * 60
    return AccessKeyLastUsed(
      at: Date(timeIntervalSince1970: minute), service: use.service, region: "eu-west-1")
  }

  package func noteUse(_ id: AccessKeyID, service: String) {
    guard let index = index(id) else { return }
    keys[index].uses.append((time, service))
    if let noted = keys[index].notedUses.last, time < noted.at + Self.useResolution {
      if service != "sts" { met["a use that IAM doesn't note", default: 0] += 1 }
      return
    }
    keys[index].notedUses.append((time, service))
  }

  /// Whether AWS accepts a request that is signed with this key now.
  package func authenticates(_ id: AccessKeyID, secret: borrowing SecretBytes) -> Refusal? {
    guard let index = index(id) else { return Refusal("InvalidClientTokenId", 403) }
    guard keys[index].active || isDying(keys[index]) && random.chance(max(0.5, staleness)) else {
      keys[index].refusals += 1
      return Refusal("InvalidClientTokenId", 403)
    }
    // A new key works, doesn't, and works again.
    if isHidden(keys[index]) { return Refusal("InvalidClientTokenId", 403) }
    guard secret.withUnsafeBytes({ $0.elementsEqual(keys[index].secret.utf8) }) else {
      return Refusal("SignatureDoesNotMatch", 403)
    }
    keys[index].successes += 1
    if keys[index].successes >= 2 { keys[index].settledAt = min(keys[index].settledAt, time) }
    return nil
  }

  /// Made Inactive just now, and not refused everywhere yet.
  func isDying(_ key: Key) -> Bool {
    guard lags, let since = key.inactiveSince, key.refusals < 2 else { return false }
    return time < since + Self.deathLag
  }

  package func setPolicy(_ name: String, _ document: String?) { policies[name] = document }

  /// Not usable everywhere yet, in this moment.
  func isHidden(_ key: Key) -> Bool {
    guard lags, time < key.settledAt, random.chance(max(0.5, staleness)) else { return false }
    met["key flaps", default: 0] += 1
    return true
  }

  // MARK: Parameter Store

  /// The version that exists in truth.
  package func newest(_ name: String) -> Version? { parameters[name]?.last }

  /// What a read shows: right after a put perhaps the version before.
  package func read(_ name: String) -> Version? {
    guard let versions = parameters[name], let last = versions.last else { return nil }
    if lags, time < last.at + Self.parameterLag, random.chance(staleness) {
      met["read lags", default: 0] += 1
      return versions.count > 1 ? versions[versions.count - 2] : nil
    }
    return last
  }

  package func history(_ name: String) -> [Version] {
    guard let versions = parameters[name], let last = versions.last else { return [] }
    if lags, time < last.at + Self.parameterLag, random.chance(staleness) {
      met["history lags", default: 0] += 1
      return versions.dropLast()
    }
    return versions
  }

  package static let person = "arn:aws:iam::111122223333:user/ops"

  package func put(
    _ name: String, _ value: [UInt8], isSecure: Bool, by writer: String = person
  ) -> Int {
    let number = (parameters[name]?.last?.number ?? 0) + 1
    parameters[name, default: []].append(
      Version(number: number, value: value, isSecure: isSecure, at: time, writer: writer))
    if let count = parameters[name]?.count, count > 100 { parameters[name]?.removeFirst() }
    return number
  }

  /// The newest version is encrypted with another KMS key; the one before can't be used any more.
  package func loseOldVersions(_ name: String, isDeleted: Bool) {
    guard let count = parameters[name]?.count, count > 1 else { return }
    for index in 0..<(count - 1) {
      parameters[name]?[index].refusal = isDeleted ? "InvalidKeyId" : "AccessDeniedException"
    }
  }

  /// The value in clear.
  package func decrypted(_ version: Version) throws(Refusal) -> [UInt8] {
    if let code = version.refusal {
      met["a version that can't be decrypted", default: 0] += 1
      throw Refusal(code)
    }
    return version.value
  }

  /// As AWS's words behind these codes tell.
  static func decryptionRefusal(_ code: String) -> CallFailure.DecryptionRefusal? {
    switch code {
    case "InvalidKeyId": .keyUnusable("the KMS key is pending deletion")
    case "AccessDeniedException": .notPermitted("kms:Decrypt is not allowed")
    default: nil
    }
  }

  /// As AWS takes a put from a program: a parameter keeps its type for life.
  package func take(_ name: String, _ value: [UInt8], isSecure: Bool, by writer: String)
    throws(Refusal)
    -> Int
  {
    if refused.contains(name) {
      met["copy refused", default: 0] += 1
      throw Refusal("AccessDeniedException")
    }
    if let standing = newest(name), standing.isSecure != isSecure {
      throw Refusal("HierarchyTypeMismatchException")
    }
    return put(name, value, isSecure: isSecure, by: writer)
  }

  /// The user is deleted, with all keys, and made again under the same name.
  package func remakeUser() {
    for key in existing { try? deleteKey(key.id) }
    userId += "X"
  }

  /// The user gets another name. Its keys and its id stay, and its old name is nobody's.
  package func renameUser() {
    renames += 1
    userName = "deployer-\(renames)"
  }

  /// What IAM says to a call about a user by a name.
  func find(_ name: String) throws(Refusal) {
    guard name == userName else { throw Refusal("NoSuchEntity", 404) }
  }

  package func deleteParameter(_ name: String) { parameters[name] = nil }
}
