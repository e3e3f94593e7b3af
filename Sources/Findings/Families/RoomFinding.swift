package import struct FoundationEssentials.Date

/// A new key is wanted, and the user has as many as IAM allows. `wanted`: why it is.
package enum RoomFinding: Hashable, Sendable {
  case noRoom(
    wanted: String, retiring: [AccessKeyID], until: Date?, isAwaited: Bool, GoingOn)
  case orphansTakeSlot([AccessKeyID], wanted: String, user: String)
  case foreignKeysTakeSlot([AccessKeyID], wanted: String, Candidate?)
  /// Nothing is published yet.
  case twoKeysNoRecord([AccessKeyID], Candidate?)
  case nothingToGiveUp([AccessKeyID])

  /// How there will be a rotation.
  package enum GoingOn: Hashable, Sendable {
    /// Nobody has a key that works: a person should make room.
    case byDeletion
    /// By whichever run finds room.
    case byAnyRun
    /// It isn't due until then, and whoever asked for it must ask again.
    case byAskingAgain(user: String, due: Date)
  }

  /// The one key that `--make-room` would retire.
  package struct Candidate: Hashable, Sendable {
    package var id: AccessKeyID
    /// Else it was never used.
    package var isInactive: Bool
    package var soak: Duration

    package init(id: AccessKeyID, isInactive: Bool, soak: Duration) {
      self.id = id
      self.isInactive = isInactive
      self.soak = soak
    }
  }
}
