internal import struct FoundationEssentials.Date

extension RoomFinding {
  var text: FindingText {
    switch self {
    case .noRoom(let wanted, let ids, let until, let isAwaited, let goingOn):
      FindingText(
        .noRoom, isAwaited ? .act : .notice,
        """
        a rotation is wanted (\(wanted)), but IAM allows two keys, and \(ids) \
        \(ids.count == 1 ? "is" : "are") still retiring\
        \(until.map { "; there is room on \($0.inWords) at the earliest" } ?? "")
        """,
        remedy: goingOn.words(until))

    case .orphansTakeSlot(let ids, let wanted, let user):
      FindingText(
        .orphanTakesSlot, .act,
        """
        a rotation is wanted (\(wanted)), but \(ids), which this program made and never published, \
        could not be removed and \(ids.count == 1 ? "takes" : "take") the place
        """,
        remedy: """
          allow this program iam:DeleteAccessKey on the user, and the next run removes it; or run \
          \(ids.map { Self.deletion(of: $0, user) }.joined(by: " and ")): nobody has its secret
          """)

    case .foreignKeysTakeSlot(let ids, let wanted, let candidate):
      FindingText(
        .foreignKeyTakesSlot, .act,
        """
        a rotation is wanted (\(wanted)), but \(ids), which \(ids.count == 1 ? "isn't" : "aren't") \
        this program's, \(ids.count == 1 ? "takes" : "take") the place
        """,
        remedy: Self.waysOut(candidate))

    case .twoKeysNoRecord(let ids, let candidate):
      FindingText(
        .twoKeysNoRecord, .act,
        """
        no key is published yet, and there is no room for one: rotate knows nothing about \(ids)
        """,
        remedy: Self.waysOut(candidate))

    case .nothingToGiveUp(let ids):
      FindingText(
        .nothingToGiveUp, .act,
        """
        --make-room found no key to give up: \(ids) may be in use (neither Inactive nor, for \
        certain, never used)
        """,
        remedy: "find out who uses which key, and delete the one that nobody needs")
    }
  }

  private static func deletion(of id: AccessKeyID, _ user: String) -> Sentence {
    "`aws iam delete-access-key --user-name \(user) --access-key-id \(id)`"
  }

  private static func waysOut(_ candidate: Candidate?) -> Sentence {
    guard let candidate else {
      return "find out who uses which key, and delete the one that nobody needs"
    }
    return """
      `--make-room` would retire \(candidate.id) (\(candidate.why)): Inactive at once, deleted \
      after the soak of \(candidate.soak)
      """
  }
}

extension RoomFinding.Candidate {
  /// Also the reason of the step that retires it.
  package var why: String { isInactive ? "it is Inactive" : "it was never used" }
}

extension RoomFinding.GoingOn {
  fileprivate func words(_ until: Date?) -> Sentence {
    switch self {
    case .byDeletion: "make sure that nobody uses it and delete it: the next run then rotates"
    case .byAnyRun: "nothing: the first run that finds room rotates"
    case .byAskingAgain(let user, let due):
      """
      run `rotate --user \(user) --now` again \
      \(until.map { "after \($0.inWords)" } ?? "once that key is deleted"): --now isn't remembered. \
      Without it, the rotation comes when it is due, \(due)
      """
    }
  }
}
