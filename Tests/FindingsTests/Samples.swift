import Findings

import struct FoundationEssentials.Date

/// One finding, at least, for each code and each severity that it may have.
enum Samples {
  static let one = AccessKeyID("AKIAONE0000000000001")
  static let two = AccessKeyID("AKIATWO0000000000002")
  static let at = Date(timeIntervalSince1970: 1_800_000_000)

  static var all: [Finding] {
    keys.map { .key($0) } + rooms.map { .room($0) } + copies.map { .copy($0) }
      + orders.map { .order($0) } + leaks.map { .leak($0) } + records.map { .record($0) }
      + runs.map { .run($0) } + evidence.map { .evidence($0) } + calls.map { .call($0) }
      + sessions.map { .session($0) } + enrollments.map { .enrollment($0) }
      + hosts.map { .host($0) } + selections.map { .selection($0) }
      + credentials.map { .credentials($0) } + policies.map { .policy($0) }
      + monitoring.map { .monitoring($0) }
  }

  private static let keys: [KeyFinding] = [
    .publishedKeyInactive(one),
    .overdue(one, age: .days(101), allowed: .days(100), pausedFor: nil),
    .overdue(one, age: .days(101), allowed: .days(100), pausedFor: "ci"),
    .foreignKey(one),
    .stillInUse(one, AccessKeyLastUsed(at: at, service: "s3"), isTooOld: false),
    .stillInUse(one, AccessKeyLastUsed(at: nil), isTooOld: true),
    .ownKey(one, isDue: false), .ownKey(one, isDue: true), .ownKeyInTheWay(one),
    .unknownStatus(one, status: "Odd", isRetiring: false),
    .unknownStatus(one, status: "Odd", isRetiring: true),
    .perhapsPublished(one, byRun: "r-1", version: 3, why: "no key"),
    .listLags(one, .reactivation), .listLags(one, .credentialsKey), .listLags(one, .publishedKey),
    .notUsableYet(one, .refused(sinceCreation: .seconds(5))),
    .notUsableYet(one, .unlisted(sincePublication: .seconds(5))),
    .notUsableYet(one, .unseen(sinceCreation: .seconds(5))),
  ]

  private static let candidate = RoomFinding.Candidate(id: two, isInactive: true, soak: .days(7))
  private static let rooms: [RoomFinding] = [
    .noRoom(wanted: "due", retiring: [one], until: at, isAwaited: false, .byAnyRun),
    .noRoom(wanted: "due", retiring: [one, two], until: nil, isAwaited: true, .byDeletion),
    .noRoom(
      wanted: "due", retiring: [one], until: nil, isAwaited: true,
      .byAskingAgain(user: "ci", due: at)),
    .orphansTakeSlot([one, two], wanted: "due", user: "ci"),
    .foreignKeysTakeSlot([one], wanted: "due", candidate),
    .foreignKeysTakeSlot([one, two], wanted: "due", nil),
    .twoKeysNoRecord([one, two], candidate),
    .nothingToGiveUp([one]),
  ]

  private static func stale(_ cause: CopyFinding.Stale.Cause) -> CopyFinding.Stale {
    CopyFinding.Stale(names: ["/a", "/b"], cause: cause, published: cause == .type ? nil : one)
  }
  private static let copies: [CopyFinding] =
    [CopyFinding.Stale.Cause.passing, .type, .refused].flatMap {
      [
        .notUpdated(stale($0), superseded: two, kept: "Active"),
        .showsLeakedKey(stale($0), leaked: [two]),
      ]
    }
    + Misfit.Part.allCases.map {
      .misfit(Misfit($0, name: "/a", region: "eu-west-1", type: "String"), user: "ci")
    } + [
      .compromisedBehindMisfit(one, isActive: true, user: "ci"),
      .file("/f", why: "it is full"), .sessionTokenRemoved(file: "/f"),
    ]

  private static let pause = Pause(since: at, reason: "moving", by: "arn:aws:iam::1:user/a")
  private static let orders: [OrderFinding] = [
    .paused(pause, user: "ci"),
    .pausedThoughWanted(pause, wanted: "due", user: "ci", isKnown: false),
    .pausedThoughWanted(pause, wanted: "due", user: "ci", isKnown: true),
    .pauseIsOver(until: at, now: at),
    .rollbackUnfinished(to: one, published: two, user: "ci"),
    .rollbackUnfinished(to: one, published: nil, user: "ci"),
    .rollbackNotFinished(to: one, user: "ci"),
    .rollbackUnproven(one, version: 3, timeout: .seconds(120), why: "refused"),
    .rolledBack(one, user: "ci"),
    .rollBackRefused(one, .misfit, user: "ci"), .rollBackRefused(one, .compromised, user: "ci"),
    .rollBackRefused(one, .expired, user: "ci"),
    .rollBackRefused(one, .unknownStatus("Odd"), user: "ci"),
    .nothingToRollBackTo(there: [one, two], published: two, user: "ci"),
    .nothingToRollBackTo(there: [], published: nil, user: "ci"),
    .rollsBack(to: one, isActive: true, .active(two, grace: .hours(24)), until: at, user: "ci"),
    .rollsBack(to: one, isActive: false, .inactive(two), until: nil, user: "ci"),
    .secretUnknown(one, .neverPublished, graceUntil: at, published: two),
    .secretUnknown(
      one, .undecryptable(version: 3, why: "no key"), graceUntil: at, published: nil),
  ]

  private static func occupant(_ isRetiring: Bool, _ isInactive: Bool) -> LeakFinding.Occupant {
    LeakFinding.Occupant(
      id: two, isRetiring: isRetiring, isInactive: isInactive, isWayBack: isRetiring)
  }
  private static func containment(
    _ isRefused: Bool?, _ sessions: LeakFinding.Containment.Sessions?
  ) -> LeakFinding.Containment {
    LeakFinding.Containment(
      id: one, at: at, isRefused: isRefused, successor: isRefused == nil ? nil : two,
      sessions: sessions, staleCopies: isRefused == true ? ["/a"] : [])
  }
  private static let leaks: [LeakFinding] = [
    .nothingPublished(user: "ci"),
    .replaces(one, isRevoking: false), .replaces(one, isRevoking: true),
    .noRoomToReplace(
      one, isActive: true, isRecorded: false, [occupant(true, false), occupant(false, false)],
      until: at, user: "ci"),
    .noRoomToReplace(
      one, isActive: false, isRecorded: true, [occupant(true, true), occupant(false, true)],
      until: nil, user: "ci"),
    .replacedAlready(occupant(true, true), by: one, user: "ci"),
    .onlySessions(of: one, published: two, user: "ci"),
    .sessionsRevoked(before: at, policyEnds: at, user: "ci"),
    .sessionsGoOn(one, until: at, user: "ci"),
    .stillAccepted(one, isListed: true, user: "ci"),
    .stillAccepted(one, isListed: false, user: "ci"),
    .sessionsNotRevoked(one, why: "denied", byHand: "aws iam …"),
    .sessionsNotRevoked(nil, why: "denied", byHand: "aws iam …"),
    .revocationNameTaken(policy: "p", user: "ci", isInTheWay: true),
    .revocationNameTaken(policy: "p", user: "ci", isInTheWay: false),
    .revocationNotEnded(one, policy: "p", user: "ci", why: "denied"),
    .contained(containment(true, .denied(before: at)), user: "ci"),
    .contained(containment(false, .goOn(until: at)), user: "ci"),
    .contained(containment(nil, nil), user: "ci"),
  ]

  private static let records: [RecordFinding] = [
    .unreadable(why: "not JSON"), .newerSchema(9), .ofAnother(user: "x", account: "1"),
    .userMadeAgain(user: "ci", recordedId: "AIDA1", presentId: "AIDA2"),
    .unproven(version: 3, why: "its proof doesn't fit", isRefuted: false),
    .unproven(version: 3, why: "its proof doesn't fit", isRefuted: true),
    .auditLogCut(isRepeated: false), .auditLogCut(isRepeated: true), .auditLogNew(sequence: 7),
    .notWritten, .tooLong(bytes: 5000, largest: 4096),
    .userRenamed(from: "a", to: "b", userId: "AIDA1"),
    .userSpelledOtherwise(
      Spelling(configured: "CI", place: .canonical, path: "/deploy/CI"), name: "ci"),
    .userSpelledOtherwise(
      Spelling(configured: "CI", place: .asConfigured, path: "/deploy/CI"), name: "ci"),
    .userSpelledOtherwise(
      Spelling(configured: "CI", place: .both, path: "/deploy/CI"), name: "ci"),
  ]

  private static let runs: [RunFinding] = [
    .leaseHeld(runId: "r-1", host: "h", until: at, isAwaited: false),
    .leaseHeld(runId: "r-1", host: "h", until: at, isAwaited: true),
    .leaseLost(toRun: "r-1", isAwaited: false), .leaseLost(toRun: nil, isAwaited: true),
    .intentNotSeen, .movedOn, .noDecision, .interrupted,
    .creationUnanswered(.noAnswer(why: "time out")), .creationUnanswered(.oldKey(one)),
    .creationFailed(sent: 5, removed: 0, last: .noAnswer(why: "time out")),
    .creationFailed(sent: 5, removed: 2, last: .oldKey(one)),
    .newKeyUnusable(one, region: nil, timeout: .seconds(120), why: "refused"),
    .newKeyUnusable(one, region: "eu-west-1", timeout: .seconds(120), why: "refused"),
    .strangeSecret, .publicationUnconfirmed(one), .restoreRefused(version: 3),
    .keySpared(one, isSeen: false), .keySpared(one, isSeen: true),
  ]

  private static let evidence: [EvidenceFinding] =
    [
      EvidenceFinding.Subject.credentials, .pair, .recordAuthorship, .history, .provenance(one),
      .lastUse(one),
    ].map { .missing($0, why: "denied") }
    + [
      .missing(.credentials, why: "denied", .nothingChangedUntilDecrypted),
      .missing(.lastUse(one), why: "denied", .keyLeftAlone),
      .missing(.lastUse(one), why: "denied", .keyKeptActive),
      .untried(version: 3, why: "no answer"),
    ]

  private static let calls: [CallFinding] =
    [
      CallFinding.Consequence.none, .nothingElseChanged, .lookedAtAgain("/a"), .writtenAgain("/a"),
      .notWrittenUntilMended("/a"), .orphanLeft(one), .keyStatusUnknown(wanted: "Inactive"),
      .slotTaken, .sessionLater, .enrollmentGoesOn, .advised("allow it"),
    ].map { .failed(operation: "GetUser", said: "AccessDenied", requestId: "1", $0) }
    + [
      .leaseNearlyOver(operation: "PutParameter"), .noTime("AWS's answers carry no time"),
      .unknownUser("ci"),
      .unknownUserWithRecord("ci", userId: "AIDA1", record: "/r", path: "/deploy/ci"),
      .publishedElsewhere(user: "ci", region: "eu-west-1"),
    ]

  private static let sessions: [SessionFinding] = [
    .seedUnreadable("/s", why: "denied"), .seedMissing(parameter: "/s"),
    .seedUnsound("/s", why: "too short", device: "d"),
    .seedInClear(parameter: "/s"), .seedRefused(why: "others can read it", advice: "chmod"),
    .codeRefused(device: "d", step: at, said: "no", seed: "/s"),
    .deviceNotEnabled("d", said: "no"), .deviceNotListed("d", user: "ci"),
    .ended(at, user: "ci"), .keyRefused(said: "no"), .clockRefused(said: "no"),
    .failed(operation: "GetSessionToken", said: "no"), .unusable(why: "no"), .tooLarge,
    .unconfirmed(parameter: "/s"), .noTimeLeft,
  ]

  private static let enrollments: [EnrollmentFinding] = [
    .notConfigured(user: "ci"),
    .deviceNotOfAccount(user: "ci", account: "111122223333", partition: "aws"),
    .seedLost(device: "d", user: "ci", place: "/s"), .deviceOfAnother(device: "d", user: nil),
    .deviceForeign(device: "d"), .seedTaken(place: "/s"), .seedUnconfirmed(place: "/s"),
    .codesRefused(said: "no"), .strangeDevice(made: "e", asked: "d"), .unfinishedRun(user: "ci"),
  ]

  private static let hosts: [HostFinding] =
    [HostFinding.Consequence.none, .nothingWasChanged, .nothingIsChangedWhileSo].map {
      .auditLog("/l", problem: "it is full", advice: "Make room.", $0)
    } + [
      .noAuditLog(path: "/l"), .credentialsWritable(path: "/c", reason: "is open", advice: "chmod"),
      .interrupted(by: "SIGTERM", during: ["ci"], notBegun: 2),
      .interrupted(by: "SIGTERM", during: [], notBegun: 1),
      .output(.anything(why: "full")), .output(.credentials), .output(.report(to: "/o")),
    ]

  private static let selections: [SelectionFinding] = [
    .notManaged("c", file: "c.json", nearest: "ci", managed: ["ci"]), .unknown("c"),
    .nobodySelected, .noSessions, .groupUnread(others: []), .groupUnread(others: ["ci"]),
    .misconfigured(.configParameterName, at: "c.json:1:2", why: "bad", advice: "mend it"),
    .misconfigured(.configKMSKey, at: nil, why: "bad", advice: "mend it"),
    .duplicateName("/a", of: "ci", and: "cd"), .noConfiguration,
  ]

  private static let credentials: [CredentialsFinding] = [
    .none(source: "chain", why: "nothing", advice: "give one.", isLookedFor: true),
    .broken(source: "profile", why: "bad", advice: "mend it.", isLookedFor: false),
    .notPublished(user: "ci", parameter: "/c", region: "eu-west-1"),
    .notPublishedForSession(user: "ci"), .damaged(parameter: "/c", why: "not JSON", user: "ci"),
    .noSession(user: "ci"), .noSessionFromAWS,
  ]

  private static let policies: [PolicyFinding] = [
    .needsIAM(.membersOfGroup("g")), .needsIAM(.usersUnderPath("/p/")),
    .needsIAM(.pathOfUser("ci")), .noRegion, .noPrincipal(arn: "arn"), .noPart(3, of: 2),
    .noPair(user: "ci"), .noSeed, .noSession(user: "ci"),
  ]

  private static let monitoring: [MonitoringFinding] =
    [MonitoringFinding.Part.channel, .heartbeat, .metrics, .hook].flatMap {
      [
        .refused($0, at: "c.json:1:2", fault: "gone", .optional),
        .refused($0, at: "c.json:1:2", fault: "gone", .required),
        .refused($0, at: "c.json:1:2", fault: "gone", .requiredButPassedOver),
      ]
    }
    + [false, true].flatMap {
      [
        .notifyFailed(channel: "ops", why: "refused", isRequired: $0),
        .heartbeatFailed(why: "refused", isFailing: $0, isRequired: $0),
        .metricsFailed(file: "/m", why: "full", isRequired: $0),
        .hookFailed(
          program: "/h", event: "afterPublish", user: $0 ? "ci" : nil, why: "died", isRequired: $0),
      ]
    } + [
      .notifyMemory(file: "/m", why: "full"), .hookVetoed(program: "/h", status: 1, said: "no"),
      .hookNotAsked,
    ]
}
