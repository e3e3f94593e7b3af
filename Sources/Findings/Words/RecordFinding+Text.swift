extension RecordFinding {
  var text: FindingText {
    switch self {
    case .unreadable(let why):
      FindingText(
        .recordUnreadable, .act, "the record can't be read: \(why)",
        remedy: """
          put an earlier version of the parameter back (aws ssm get-parameter-history), or delete \
          it: the next run then adopts the key that `credentials` holds
          """)

    case .newerSchema(let schema):
      FindingText(
        .recordNewer, .act,
        "the record has schema \(schema), which a later version of rotate wrote",
        remedy: "install that version on this host too")

    case .ofAnother(let user, let account):
      FindingText(
        .recordOfAnother, .act, "the record is of user \(user) in account \(account)",
        remedy: "give this user a `parameterPath` of its own")

    case .userMadeAgain(let user, let recordedId, let presentId):
      FindingText(
        .userMadeAgain, .act,
        """
        the record is of \(recordedId), but \(user) is \(presentId) now: the user was deleted and \
        made again, or renamed and its name given to another
        """,
        remedy: """
          if the old user still exists under another name, give that name this `parameterPath`, \
          and this user one of its own; if it doesn't, and the new user is to be managed, delete \
          the record and `credentials` of the old one
          """)

    case .unproven(let version, let why, let isRefuted):
      FindingText(
        .recordUnproven, .act,
        """
        version \(version) of the record isn't this program's: \(why). What it says of keys is not \
        believed\(isRefuted ? "; `credentials` and its history decide instead" : "")
        """,
        remedy: """
          find out who put it (CloudTrail's PutParameter) and take ssm:PutParameter on that name \
          away from them. The record is written anew; look at the keys that are foreign now, since \
          this program can't attribute them any more
          """)

    case .auditLogCut(let isRepeated):
      FindingText(
        .auditLogCut, .act,
        """
        the audit log of this host lacks the entry that the record names: it was cut short, \
        replaced or lost
        """,
        remedy: """
          find out who touched it; `rotate audit verify --anchors` shows what is missing. \
          \(isRepeated
            ? "It is said until the record can be written again"
            : "Said once: the record then anchors the log as it is")
          """)

    case .auditLogNew(let sequence):
      FindingText(
        .auditLogNew, .notice,
        """
        this host has no audit log yet, though the record names entry \(sequence) of one that was \
        kept on this machine
        """,
        remedy: """
          find out who took it away, or bring it and its lock back; said until the new log has an \
          entry
          """)

    case .notWritten:
      FindingText(
        .recordNotWritten, .failed, "the record could not be written",
        remedy: "nothing is lost: the next run finishes what this one began")

    case .tooLong(let bytes, let largest):
      FindingText(
        .recordTooLong, .failed,
        "the record would have \(bytes) bytes, and a Standard parameter has \(largest)",
        remedy: "configure fewer `projections` for this user")

    case .userRenamed(let old, let new, let userId):
      FindingText(
        .userRenamed, .notice,
        "\(old) is named \(new) in IAM now: the same user (\(userId)), so the record follows",
        remedy: "nothing. Said once, when the record takes the new name")

    case .userSpelledOtherwise(let spelling, let name): spelling.text(name)
    }
  }
}

extension Spelling {
  fileprivate func text(_ name: String) -> FindingText {
    let spelled = "IAM spells this user \(name), not \(configured)"
    return switch place {
    case .canonical:
      FindingText(
        .userSpelledOtherwise, .notice,
        "\(spelled): parameters, record and reports go by IAM's spelling",
        remedy: "write \(name) in the configuration and in --user")
    case .asConfigured:
      FindingText(
        .userSpelledOtherwise, .notice,
        """
        \(spelled); its parameters already stand under \(path) and stay there, since consumers \
        read them
        """,
        remedy: """
          make that explicit: {"name": "\(name)", "parameterPath": "\(path)"}
          """)
    case .both:
      FindingText(
        .publishedInAnotherCase, .act,
        """
        \(spelled), and a record or credentials stand under \(path) as well; nobody renews them, \
        so a build that reads them fails once that key is gone
        """,
        remedy: """
          point the builds to the parameters under IAM's spelling, then delete those under \
          \(path), and write \(name) in the configuration
          """)
    }
  }
}
