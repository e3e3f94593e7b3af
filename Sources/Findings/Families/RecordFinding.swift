/// What is the matter with the record, the log that it anchors, or the name that it stands under.
package enum RecordFinding: Hashable, Sendable {
  case unreadable(why: String)
  case newerSchema(Int)
  case ofAnother(user: String, account: String)
  /// The name belongs to another user now.
  case userMadeAgain(user: String, recordedId: String, presentId: String)
  /// A version of it isn't this program's. `isRefuted`: nothing that it says of keys is believed.
  case unproven(version: Int, why: String, isRefuted: Bool)
  /// `isRepeated`: until the record can be written again.
  case auditLogCut(isRepeated: Bool)
  /// This host has no log any more, and the record names this entry of one.
  case auditLogNew(sequence: Int)
  case notWritten
  case tooLong(bytes: Int, largest: Int)
  case userRenamed(from: String, to: String, userId: String)
  case userSpelledOtherwise(Spelling, name: String)
}
