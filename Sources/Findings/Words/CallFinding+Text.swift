extension CallFinding {
  var text: FindingText {
    switch self {
    case .failed(let operation, let said, let requestId, let consequence):
      FindingText(
        .callFailed, .failed,
        "\(operation): \(said)\(requestId.map { " (request \($0))" } ?? "")",
        remedy: consequence.words)

    case .leaseNearlyOver(let operation):
      FindingText(
        .leaseNearlyOver, .failed,
        "\(operation) was not sent: this run has held the lease for too long",
        remedy: "nothing: the next run finishes what this one began")

    case .noTime(let absence):
      FindingText(
        .noTime, .failed, "\(absence), so no age can be told",
        remedy: "see whether a proxy strips or rewrites the header")

    case .unknownUser(let user):
      FindingText(
        .unknownUser, .failed, "there is no IAM user \(user) in this account",
        remedy: "compare the name, and the account: `rotate whoami`")

    case .unknownUserWithRecord(let user, let userId, let record, let path):
      FindingText(
        .unknownUser, .failed,
        """
        there is no IAM user \(user) in this account, and the record of \(userId) stands in \
        \(record): the user was renamed or deleted, or this is another account
        """,
        remedy: """
          aws iam list-users --query "Users[?UserId=='\(userId)'].UserName" shows the name it has \
          now. Give that name "parameterPath": "\(path)", so that builds go on reading there; if \
          nobody has that id, take the entry out
          """)

    case .publishedElsewhere(let user, let region):
      FindingText(
        .publishedElsewhere, .act,
        "\(user) has no record in this region, but one in \(region)",
        remedy: """
          run with --region \(region), where it is published; to publish it here as well, \
          configure a projection with this region
          """)
    }
  }
}

extension CallFinding.Consequence {
  fileprivate var words: Sentence? {
    switch self {
    case .none: nil
    case .nothingElseChanged: "nothing else was changed; the next run tries again"
    case .lookedAtAgain(let name): "the next run looks at \(name) again"
    case .writtenAgain(let name): "the next run writes \(name) again"
    case .notWrittenUntilMended(let name):
      """
      no run can write \(name) until that is mended; each tries again, and superseded keys stay \
      Active until it is written
      """
    case .orphanLeft(let id):
      """
      nobody has the secret of \(id): allow iam:DeleteAccessKey if that is missing, and the next \
      run removes it; or delete it by hand
      """
    case .keyStatusUnknown(let wanted):
      "the key is as it was or \(wanted); the next run looks again"
    case .slotTaken: "somebody made a key meanwhile, or IAM's lists lag; the next run looks again"
    case .sessionLater: "the session is made by the next run"
    case .enrollmentGoesOn: "run it again: it goes on from what is there"
    case .advised(let advice): "\(advice)"
    }
  }
}
