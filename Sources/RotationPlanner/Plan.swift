package import struct FoundationEssentials.Date

/// What is to be done for one user, and why, as data. A dry run prints what the real run does.
package struct Plan: Sendable, Equatable {
  package var user: String
  /// Due now, in this order.
  package var steps: [PlannedStep]
  /// What somebody must know or do.
  package var findings: [Finding]
  /// One entry a key that exists, oldest first.
  package var keys: [KeyPlan]
  /// The earliest thing that will be due later; nil where that can't be known.
  package var next: Upcoming?
  /// Nothing may be changed for this user, whatever is due: the findings say why.
  package var isStopped: Bool
  /// The pause that is in force once the steps are done.
  package var pause: Pause?
  /// One sentence: how this user stands.
  package var summary: String
  /// Nil for a user without MFA sessions, or where nothing could be said of it.
  package var session: SessionPlan?
  /// The keys that are to be replaced as compromised, now or as soon as there is room.
  package var replacing: Set<AccessKeyID>

  package init(
    user: String, steps: [PlannedStep] = [], findings: [Finding] = [], keys: [KeyPlan] = [],
    next: Upcoming? = nil, isStopped: Bool = false, pause: Pause? = nil, summary: String = "",
    session: SessionPlan? = nil, replacing: Set<AccessKeyID> = []
  ) {
    self.user = user
    self.steps = steps
    self.findings = findings
    self.keys = keys
    self.next = next
    self.isStopped = isStopped
    self.pause = pause
    self.summary = summary
    self.session = session
    self.replacing = replacing
  }
}

/// One change, with its reason in words.
package struct PlannedStep: Sendable, Equatable {
  package var step: Step
  package var reason: String

  package init(_ step: Step, _ reason: String) {
    self.step = step
    self.reason = reason
  }
}

/// The changes that a plan can hold.
package enum Step: Sendable, Hashable {
  /// Take the key that stands in Parameter Store for the published one: the record was lost, or a
  /// run ended between the publication and its record. The others it replaces begin to retire.
  case adopt(AccessKey, from: AdoptionSource, retiring: [RetiringKey])
  /// Remove a key that this program made and never published.
  case deleteOrphan(AccessKeyID)
  /// Put the published credential back from this version of `credentials`.
  case restoreCredentials(AccessKeyID, version: Int)
  /// The record is to follow what is true of a key; nothing else changes.
  case note(AccessKeyID, Note)
  case deactivate(AccessKeyID)
  case delete(AccessKeyID)
  /// The operator gives up a key that the program can't attribute: it becomes retiring, Inactive.
  case makeRoom(AccessKeyID)
  /// No rotations from now on, but those that promise 1 demands.
  case pause(Pause)
  case resume
  /// Make the retiring key Active, prove it with the secret of this version of `credentials`, and
  /// publish it; the superseded key begins to retire.
  case rollBack(AccessKeyID, version: Int, superseding: AccessKeyID?)
  /// Make the retiring key Active; its grace starts again. Nobody but its users has its secret.
  case reactivate(AccessKeyID)
  /// Create, prove, publish; the superseded keys begin to retire.
  case rotate(RotationReason, superseding: [AccessKeyID])
  /// Make the projections show the published key again.
  case repair([String])
  /// Make a session of this key (nil: of the one that a step before publishes) and publish it.
  case renewSession(AccessKeyID?, SessionReason)
  /// Put a policy on the user that denies whatever was issued while this compromised key worked.
  case revokeSessions(AccessKeyID)
  /// Delete that policy: all that it denies has ended.
  case endRevocation(AccessKeyID)
  /// Write the state down: an earlier run left an intent, or the audit log was cut short.
  case recordState
}

/// Where the secret of an adopted key is.
package enum AdoptionSource: String, Sendable, Hashable {
  case credentials
  case pair
}

/// A fact about a key that the record doesn't know yet.
package enum Note: String, Sendable, Hashable {
  /// It is Inactive and nobody recorded since when: the soak starts now.
  case inactive
  /// Somebody made it Active again: the grace period starts again.
  case reactivated
  /// It doesn't exist any more.
  case gone
  /// `credentials` has a new version that holds the same, working key.
  case rewritten
}

/// Why a key is replaced.
package enum RotationReason: String, Sendable, Hashable {
  case firstPublication
  case due
  case asked
  /// Somebody ordered it: the published key is in wrong hands.
  case compromised
  case publishedKeyGone
  case publishedKeyExpired
  case credentialsLost
}

extension Finding {
  /// What only the plan knows that was made for an order or under the old record: looking at the
  /// state afterwards doesn't show it any more.
  package var isToldOnce: Bool {
    switch code {
    case .auditLogCut, .nothingToRollBackTo, .rollBackRefused, .secretUnknown, .nothingPublished,
      .pauseIsOver, .replacedAlready, .perhapsPublished, .userRenamed, .recordUnproven:
      true
    default: false
    }
  }
}

/// One key in the report.
package struct KeyPlan: Sendable, Equatable {
  package var key: AccessKey
  package var role: KeyRole
  /// What happens to it next.
  package var next: Upcoming?
  /// Why that, or why nothing.
  package var reason: String
  /// What is known of its life so far, and what is planned.
  package var dates: KeyDates

  package init(
    key: AccessKey, role: KeyRole, next: Upcoming?, reason: String, dates: KeyDates = KeyDates()
  ) {
    self.key = key
    self.role = role
    self.next = next
    self.reason = reason
    self.dates = dates
  }
}

package enum KeyRole: String, Sendable, Hashable {
  case published, retiring, orphan, foreign
  /// Nobody can tell now: the record, or what the key's part depends on, couldn't be read.
  case unknown
}

/// A thing that will be due.
package struct Upcoming: Sendable, Equatable {
  package enum Action: String, Sendable {
    case rotate, deactivate, delete, recheck
  }

  package var action: Action
  /// Nil: when somebody has acted.
  package var at: Date?

  package init(_ action: Action, at: Date?) {
    self.action = action
    self.at = at
  }
}

/// What the planner needs to see before it can decide.
package enum Evidence: Hashable, Sendable {
  /// The record's history, replayed: who holds the lease, and the newest state.
  case recordHistory
  /// `credentials`, decrypted and tried against STS.
  case credentials
  /// The versions of `credentials`, listed, none decrypted.
  case publications
  /// What this version of `credentials` holds.
  case publication(version: Int)
  /// Whether the record is this program's word, which takes the secret of the published key.
  case attestation
  /// Whether this key stood in `credentials` by more than somebody's word.
  case provenance(AccessKeyID)
  /// The pair, decrypted and tried against STS.
  case pair
  case lastUsed(AccessKeyID)
  /// Nothing to read but time: a key whose creation got no answer may show up until then.
  case settled(at: Date)
}

/// The planner's answer: look first, or do this.
package enum Verdict: Sendable, Equatable {
  case look(Set<Evidence>)
  case decided(Plan)
}

/// What the person asked for beyond the schedule.
package struct PlanRequest: Hashable, Sendable {
  /// `--now`: rotate although nothing is due.
  package var rotateNow: Bool
  /// `--make-room`: give up the one key that may be given up.
  package var makeRoom: Bool
  /// `rotate sessions`: renew sessions, and finish what an interrupted run left; nothing else.
  package var sessionsOnly: Bool
  /// The record is written whatever the plan says: for an enrolment.
  package var writesRecord = false
  package var order: Order?
  /// `--revoke-sessions`, with `--compromised`: the sessions that the key has made, too.
  package var revokesSessions: Bool

  package init(
    rotateNow: Bool = false, makeRoom: Bool = false, sessionsOnly: Bool = false,
    order: Order? = nil, revokesSessions: Bool = false
  ) {
    self.rotateNow = rotateNow
    self.makeRoom = makeRoom
    self.sessionsOnly = sessionsOnly
    self.order = order
    self.revokesSessions = revokesSessions
  }

  /// Somebody waits for the answer: what can't be done now is told as something to act on.
  package var isByPerson: Bool { rotateNow || order != nil }
}
