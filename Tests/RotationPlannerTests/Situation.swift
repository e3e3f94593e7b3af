import RotationPlanner

import struct FoundationEssentials.Date

extension AccessKeyID: ExpressibleByStringLiteral {
  /// A test names its keys by one letter.
  public init(stringLiteral value: String) { self.init(value) }
}

/// One user as the planner sees it, with times relative to a fixed `now`.
struct Situation {
  /// 2027-01-15 08:00Z.
  static let now = Date(timeIntervalSince1970: 1_800_000_000)

  var observation: Observation
  var policy = Policy()
  var request = PlanRequest()

  /// A user with these keys, with no record and nothing in Parameter Store.
  init(_ keys: AccessKey...) {
    observation = Observation(
      user: ObservedUser(name: "deployer", userId: "AIDA1", account: "111122223333"), keys: keys,
      record: .absent, lease: .free)
    // What the record says is mostly not what is in question.
    observation.attestation = .known(.proven)
  }

  static func ago(_ duration: Duration) -> Date { now + (.zero - duration) }

  // MARK: The record

  func with(_ change: (inout Situation) -> Void) -> Situation {
    var changed = self
    change(&changed)
    return changed
  }

  var state: RotationState {
    get {
      if case .state(let state) = observation.record { return state }
      return RotationState(user: "deployer", userId: "AIDA1", account: "111122223333")
    }
    set { observation.record = .state(newValue) }
  }

  /// The record and `credentials` both say so.
  func publishing(_ id: AccessKeyID, age: Duration = .days(10), version: Int = 7) -> Situation {
    with {
      let createdAt = observation.keys.first { $0.id == id }?.createdAt ?? Self.ago(age)
      $0.state.published = PublishedKey(
        id: id, createdAt: createdAt, publishedAt: createdAt, credentialsVersion: version,
        provenAt: createdAt)
      $0.observation.credentialsVersion = version
    }
  }

  func retiring(
    _ id: AccessKeyID, superseded: Duration = .days(2), inactive: Duration? = nil,
    proven: Duration? = nil
  ) -> Situation {
    with {
      $0.state.retiring.append(
        RetiringKey(
          id: id, supersededAt: Self.ago(superseded), deactivatedAt: inactive.map(Self.ago),
          provenAt: proven.map(Self.ago)))
    }
  }

  // MARK: What else is seen

  func used(
    _ id: AccessKeyID, _ ago: Duration?, by service: String? = nil, in region: String? = nil
  ) -> Situation {
    with {
      $0.observation.lastUsed[id] = .known(
        AccessKeyLastUsed(at: ago.map(Self.ago), service: service, region: region))
    }
  }

  func credentials(_ content: CredentialsContent, version: Int? = 8) -> Situation {
    with {
      $0.observation.credentials = .known(content)
      $0.observation.credentialsVersion = version
    }
  }

  /// The history of `credentials`: one version a day, the last of them yesterday; or another step.
  func history(
    _ ids: AccessKeyID..., from version: Int = 1, every step: Duration = .days(1)
  ) -> Situation {
    versions(ids.map { .key($0) }, from: version, every: step)
  }

  func versions(
    _ contents: [Publication.Content], from version: Int = 1, every step: Duration = .days(1)
  ) -> Situation {
    with {
      $0.observation.publications = .known(
        contents.enumerated().map {
          Publication(
            version: version + $0.offset, content: $0.element,
            at: Self.ago(step * (contents.count - $0.offset)))
        })
    }
  }

  /// This run holds the lease, long enough for lists to have settled; a run that died `ago` left
  /// its intent behind.
  func interrupted(
    known: AccessKeyID..., ago: Duration = .hours(1), found: Set<AccessKeyID> = []
  ) -> Situation {
    with {
      $0.observation.lease = .mine(
        since: Self.ago(.minutes(1)),
        left: Unfinished(
          holder: LeaseHolder(runId: "dead-run", host: "host-a"), since: Self.ago(ago),
          knownKeyIds: Set(known), foundPublished: found))
    }
  }

  var now: Situation { with { $0.request.rotateNow = true } }
  var makingRoom: Situation { with { $0.request.makeRoom = true } }

  // MARK: The answer

  var verdict: Verdict {
    Planner.plan(observation, policy: policy, now: Self.now, request: request)
  }

  struct LooksFirst: Error { var evidence: Set<Evidence> }

  func plan() throws -> Plan {
    switch verdict {
    case .decided(let plan): return plan
    case .look(let evidence):
      guard let answered = answering(evidence) else { throw LooksFirst(evidence: evidence) }
      return try answered.plan()
    }
  }

  /// What is mostly not in question: `credentials` hold what the record says, and the keys that are
  /// in its history stood there in truth. Nil where something else is asked.
  private func answering(_ evidence: Set<Evidence>) -> Situation? {
    var answered = self
    for piece in evidence {
      switch piece {
      case .credentials:
        guard let published = state.published,
          published.credentialsVersion == observation.credentialsVersion
        else { return nil }
        answered.observation.credentials = .known(.works(published.id))
      case .provenance(let id): answered.observation.provenance[id] = .known(true)
      default: return nil
      }
    }
    return answered
  }

  /// What has to be looked at first; nil where the plan is decided.
  var wants: Set<Evidence>? {
    if case .look(let evidence) = verdict { evidence } else { nil }
  }
}

func key(
  _ id: AccessKeyID, _ status: AccessKeyStatus = .active, age: Duration = .days(10)
) -> AccessKey {
  AccessKey(id: id, status: status, createdAt: Situation.ago(age))
}

extension Duration {
  static func minutes(_ minutes: Int) -> Duration { .seconds(minutes * 60) }
}

extension Plan {
  var doing: [Step] { steps.map(\.step) }
  var codes: [String] { findings.map(\.code.rawValue) }
  var worst: Finding.Severity? { findings.map(\.severity).max() }

  func row(_ id: AccessKeyID) -> KeyPlan? { keys.first { $0.key.id == id } }
  func finding(_ code: String) -> Finding? { findings.first { $0.code.rawValue == code } }
}
