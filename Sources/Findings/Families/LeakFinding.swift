package import struct FoundationEssentials.Date

/// What becomes of a key in wrong hands, and of the sessions that were made with it.
package enum LeakFinding: Hashable, Sendable {
  case nothingPublished(user: String)
  /// The order is about to be carried out. `isRevoking`: the sessions, too.
  case replaces(AccessKeyID, isRevoking: Bool)
  case noRoomToReplace(
    AccessKeyID, isActive: Bool, isRecorded: Bool, [Occupant], until: Date?, user: String)
  /// The same order once more, and its `successor` isn't touched.
  case replacedAlready(Occupant, by: AccessKeyID, user: String)
  /// As before, but the order says more of its sessions.
  case onlySessions(of: AccessKeyID, published: AccessKeyID, user: String)
  case sessionsRevoked(before: Date, policyEnds: Date, user: String)
  case sessionsGoOn(AccessKeyID, until: Date, user: String)
  /// Until the end of the time to wait. `isListed`: as Active; else AWS accepted it.
  case stillAccepted(AccessKeyID, isListed: Bool, user: String)
  /// With the command that does it by hand. Nil: the key isn't known.
  case sessionsNotRevoked(AccessKeyID?, why: String, byHand: String)
  /// An inline policy of that name isn't this program's. `isInTheWay`: of a revocation.
  case revocationNameTaken(policy: String, user: String, isInTheWay: Bool)
  case revocationNotEnded(AccessKeyID?, policy: String, user: String, why: String)
  case contained(Containment, user: String)

  /// What was done against a key in wrong hands, and what goes on.
  package struct Containment: Hashable, Sendable {
    package enum Sessions: Hashable, Sendable {
      case denied(before: Date)
      case goOn(until: Date)
    }

    package var id: AccessKeyID
    package var at: Date
    /// AWS refused calls that were signed with it; nil: nobody has tried.
    package var isRefused: Bool?
    package var successor: AccessKeyID?
    package var sessions: Sessions?
    /// The copies that may still show it.
    package var staleCopies: [String]

    package init(
      id: AccessKeyID, at: Date, isRefused: Bool?, successor: AccessKeyID?, sessions: Sessions?,
      staleCopies: [String]
    ) {
      self.id = id
      self.at = at
      self.isRefused = isRefused
      self.successor = successor
      self.sessions = sessions
      self.staleCopies = staleCopies
    }
  }

  /// Another key of the user, which takes the place of a new one.
  package struct Occupant: Hashable, Sendable {
    package var id: AccessKeyID
    package var isRetiring: Bool
    package var isInactive: Bool
    /// A rollback could publish it again.
    package var isWayBack: Bool

    package init(id: AccessKeyID, isRetiring: Bool, isInactive: Bool, isWayBack: Bool) {
      self.id = id
      self.isRetiring = isRetiring
      self.isInactive = isInactive
      self.isWayBack = isWayBack
    }
  }
}
