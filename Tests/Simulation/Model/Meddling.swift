internal import LibCrypto
internal import RotationExecutor
internal import RotationPlanner

/// What people do by hand, between runs: in IAM, in Parameter Store, on a host.
struct Meddling {
  let stage: Stage
  private var aws: ModelAWS { stage.aws }
  private var user: ManagedUser { stage.user }

  init(_ stage: Stage) { self.stage = stage }

  func doSomething(_ random: inout Randomness) {
    // A key made by hand while an interrupted run may still be at work would be taken for the
    // run's own; the documents say so.
    stage.advance(31 * 60)
    if random.chance(0.3) { return Forger(stage).doSomething(&random) }
    let deed = random.next() % (user.session == nil ? 16 : 18)
    aws.met[Self.deeds[Int(deed)], default: 0] += 1
    switch deed {
    case 0: makeForeignKey()
    case 1: if let published { try? aws.deleteKey(published) }
    case 2: if let published { try? aws.setActive(published, false) }
    case 3: others(random.chance(0.5))
    case 4: aws.deleteParameter(user.record)
    case 5: write(user.record, "{\"schema\": 1, \"user\": ", isSecure: false)
    case 6: write(user.record, "{\"schema\": 2}", isSecure: false)
    case 7: rollBack(user.record, &random)
    case 8: aws.deleteParameter(user.credentials)
    case 9: write(user.credentials, "not the JSON of a credential", isSecure: true)
    case 10: rollBack(user.credentials, &random)
    case 11:
      for half in user.pair {
        write(
          half.place.name, "spoilt", isSecure: aws.newest(half.place.name)?.isSecure ?? false)
      }
    case 12:
      if random.chance(0.5) {
        stage.loseLog("a")
      } else {
        aws.met["the user is made again", default: 0] += 1
        aws.remakeUser()
      }
    case 13: aws.loseOldVersions(user.credentials, isDeleted: random.chance(0.5))
    case 14: aws.renameUser()
    case 15:
      changeType(
        of: random.pick([user.credentials, user.record] + user.pair.map(\.place.name)))
    case 16: if let session { aws.deleteParameter(session) }
    default: if let session { write(session, "no session", isSecure: true) }
    }
    stage.log?("  somebody has meddled: \(Self.deeds[Int(deed)])")
    stage.promises.meddle()
    stage.advance(40)  // lists follow
  }

  static let deeds = [
    "a key is made", "the published key is deleted", "the published key is disabled",
    "the other keys are deleted or their status turned", "the record is deleted",
    "the record is damaged", "the record is of a newer version", "the record is rolled back",
    "`credentials` are deleted", "`credentials` are damaged", "`credentials` are rolled back",
    "the pair is spoilt", "the audit log is lost, or the user made again",
    "the KMS key of the old versions is gone", "the user gets another name",
    "a parameter is made anew in another type",
    "the session is deleted", "the session is damaged",
  ]

  private var published: AccessKeyID? { stage.promises.published }
  private var session: String? { user.session?.parameter }

  private func makeForeignKey() {
    guard aws.existing.count < 2 else { return }
    _ = try? aws.createKey(user: user.name, by: nil)
  }

  /// A key that isn't published is deleted, or its status turned.
  private func others(_ deletes: Bool) {
    for key in aws.existing where key.id != published {
      // Who makes a key Active and Inactive again before any run has seen it begins no new soak;
      // the documents say so.
      if !deletes, key.active, isRecordedInactive(key.id) { stage.run() }
      if deletes { try? aws.deleteKey(key.id) } else { try? aws.setActive(key.id, !key.active) }
    }
  }

  /// By any version: what a dead run has done since is in none yet.
  private func isRecordedInactive(_ id: AccessKeyID) -> Bool {
    (aws.parameters[user.record] ?? []).contains { version in
      guard
        case .document(let document) = RecordDocument.read(
          String(decoding: version.value, as: UTF8.self))
      else { return false }
      return document.retiring.contains {
        $0.accessKeyId == id.rawValue && $0.deactivatedAt != nil
      }
    }
  }

  private func write(_ name: String, _ value: String, isSecure: Bool) {
    guard aws.newest(name) != nil else { return }
    _ = aws.put(name, Array(value.utf8), isSecure: isSecure)
  }

  /// A parameter keeps its type: who wants another one deletes it first.
  private func changeType(of name: String) {
    guard let standing = aws.newest(name) else { return }
    aws.deleteParameter(name)
    _ = aws.put(name, standing.value, isSecure: !standing.isSecure)
  }

  private func rollBack(_ name: String, _ random: inout Randomness) {
    // A record from before `credentials` was deleted and put anew names a version that is another
    // one now.
    let since = aws.parameters[user.credentials]?.first?.at ?? 0
    let versions = (aws.parameters[name] ?? []).filter { name != user.record || $0.at >= since }
    guard !versions.isEmpty else { return }
    let old = random.pick(versions)
    _ = aws.put(name, old.value, isSecure: old.isSecure)
  }

  /// What the program refuses to decide is decided by a person, as its reports advise.
  func putInOrder() {
    stage.advance(31 * 60)
    for _ in 0..<4 {
      stage.run()
      stage.advance(60)
      let outcome = stage.run()
      for finding in outcome.findings where finding.severity == .act {
        follow(finding, outcome.plan)
      }
      stage.promises.meddle()
      stage.advance(3600)
    }
  }

  private func follow(_ finding: Finding, _ plan: Plan?) {
    switch finding.code {
    case .publishedKeyInactive:
      for key in plan?.keys ?? [] where key.role == .published { try? aws.deleteKey(key.key.id) }
    case .parameterType:
      for half in user.pair where half.format.isSecret {
        if aws.newest(half.place.name)?.isSecure == false { aws.deleteParameter(half.place.name) }
      }
      if aws.newest(user.credentials)?.isSecure == false { changeType(of: user.credentials) }
    case .recordUnreadable, .recordNewer: aws.deleteParameter(user.record)
    case .userMadeAgain, .recordOfAnother:
      aws.deleteParameter(user.record)
      aws.deleteParameter(user.credentials)
    // Nothing that works is published, and a key that a copy may show is kept.
    case .noRoom, .noRoomToReplace:
      for key in plan?.keys ?? [] where key.role == .foreign { try? aws.deleteKey(key.key.id) }
      for key in plan?.keys ?? [] where key.role == .retiring { try? aws.deleteKey(key.key.id) }
    case .twoKeysNoRecord, .foreignKeyTakesSlot:
      for key in plan?.keys ?? [] where key.role == .foreign { try? aws.deleteKey(key.key.id) }
    default: break
    }
  }
}
