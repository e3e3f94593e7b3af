internal import RotationExecutor
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// Somebody who may put parameters and nothing else: no secret of the user is known to them, and AWS
/// says of each version that it was theirs. What they read anywhere they can put again.
///
/// Whatever they do, promise 10 holds: see `Promises.forge`.
struct Forger {
  static let principal = "arn:aws:iam::111122223333:user/forger"

  let stage: Stage
  private var aws: ModelAWS { stage.aws }
  private var user: ManagedUser { stage.user }

  init(_ stage: Stage) { self.stage = stage }

  static let deeds = [
    "a record is forged that retires keys", "a record is forged that calls keys compromised",
    "an intent is forged and a key is made", "a record is put again", "a bare state is forged",
    "a proof is left out", "all parameters are forged",
  ]

  func doSomething(_ random: inout Randomness) {
    let deed = Int(random.next() % UInt64(Self.deeds.count))
    aws.met[Self.deeds[deed], default: 0] += 1
    switch deed {
    case 0: retireEverything(compromised: false)
    case 1: retireEverything(compromised: true)
    case 2: claimWhatIsMadeNow()
    case 3: putAgain(random.upTo(1))
    case 4: retireEverything(compromised: random.chance(0.5), withLease: false)
    case 5: retireEverything(compromised: false, proof: nil)
    default: forgeAll()
    }
    stage.log?("  somebody has forged: \(Self.deeds[deed])")
    stage.promises.forge(all: deed == 6)
    stage.advance(40)
  }

  // MARK: What is forged

  /// Every key that there is retires since 30 days ago, whatever `credentials` holds.
  func retireEverything(
    compromised: Bool, withLease: Bool = true, proof: String? = Self.invented,
    but spared: AccessKeyID? = nil
  ) {
    var state = newestState
    let ago = now.addingTimeInterval(-30 * 86400)
    state.retiring = aws.existing.filter { $0.id != spared }.map {
      RetiringKey(
        id: $0.id, supersededAt: ago, deactivatedAt: $0.active ? nil : ago,
        compromised: compromised)
    }
    if spared == nil {
      state.published?.id = AccessKeyID("AKIAINVENTED")
      state.published?.compromised = compromised
    }
    // A policy that nobody ordered would deny every session of the user.
    if compromised, let id = aws.existing.first?.id {
      state.leak = Leak(id: id, containedAt: now, revokes: true)
    }
    let run = "forged-\(Int(aws.time))"
    if withLease {
      put(
        state, run,
        intent(run, known: [], compromised: compromised ? aws.existing.map(\.id) : []), proof)
    }
    put(state, run, nil, proof)
  }

  /// Nothing is known at first, and then a person makes a key: it would be the run's orphan.
  func claimWhatIsMadeNow() {
    let run = "forged-\(Int(aws.time))"
    put(newestState, run, intent(run, known: [], compromised: []), Self.invented)
    stage.advance(60)
    if aws.existing.count < 2 { _ = try? aws.createKey(user: user.name, by: nil) }
    stage.advance(31 * 60)
  }

  /// A run's intent and its state, as they stood in the history; `age` from 0 (the newest) to 1.
  func putAgain(_ age: Double) {
    let versions = aws.parameters[user.record] ?? []
    let states = versions.filter { document($0)?.inFlight == nil && document($0)?.runId != nil }
    guard !states.isEmpty else { return }
    let state = states[states.count - 1 - Int(age * Double(states.count - 1))]
    let run = document(state)?.runId
    for version in versions where document(version)?.inFlight?.runId == run {
      put(user.record, version.value, isSecure: false)
    }
    put(user.record, state.value, isSecure: false)
  }

  /// The keys' ids are no secrets: they may stand in `credentials` with any, before rubbish does.
  private func forgeAll() {
    for key in aws.existing {
      let value = "{\"Version\":1,\"AccessKeyId\":\"\(key.id)\",\"SecretAccessKey\":\"invented\"}"
      put(user.credentials, value, isSecure: true)
    }
    put(user.credentials, "rubbish", isSecure: true)
    for half in user.pair { put(half.place.name, "rubbish", isSecure: half.format.isSecret) }
    retireEverything(compromised: false)
  }

  // MARK: How

  private static let invented = "AAAABBBBCCCCDDDDEEEEFFFF"

  private var now: Date { Date(timeIntervalSince1970: aws.time.rounded(.down)) }

  private func document(_ version: ModelAWS.Version) -> RecordDocument? {
    guard
      case .document(let document) = RecordDocument.read(
        String(decoding: version.value, as: UTF8.self))
    else { return nil }
    return document
  }

  /// What the record says, for anybody to read.
  private var newestState: RotationState {
    aws.newest(user.record).flatMap { document($0)?.state }
      ?? RotationState(user: user.name, userId: aws.userId, account: aws.account)
  }

  private func intent(
    _ run: String, known: [AccessKeyID], compromised: [AccessKeyID]
  ) -> RecordDocument.InFlight {
    // Whoever held the lease is said to be dead.
    let newest = aws.newest(user.record).flatMap { document($0)?.inFlight }
    return RecordDocument.InFlight(
      runId: run, host: newest?.host ?? "a", startedAt: now, knownKeyIds: known.map(\.rawValue),
      takesOver: newest?.runId, compromised: compromised.isEmpty ? nil : compromised.map(\.rawValue)
    )
  }

  private func put(
    _ state: RotationState, _ run: String, _ intent: RecordDocument.InFlight?, _ proof: String?
  ) {
    var document = RecordDocument(
      state, runId: run, inFlight: intent, audit: nil, projections: [:], writtenAt: now)
    document.mac = proof
    put(user.record, document.encoded(), isSecure: false)
  }

  private func put(_ name: String, _ value: String, isSecure: Bool) {
    put(name, Array(value.utf8), isSecure: isSecure)
  }

  /// AWS refuses a put in another type than the one that stands, and a forger can't delete.
  private func put(_ name: String, _ value: [UInt8], isSecure: Bool) {
    _ = aws.put(
      name, value, isSecure: aws.newest(name)?.isSecure ?? isSecure, by: Self.principal)
  }
}
