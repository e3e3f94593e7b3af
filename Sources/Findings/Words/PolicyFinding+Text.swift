extension PolicyFinding {
  var text: FindingText {
    switch self {
    case .needsIAM(let subject):
      FindingText(
        .policyNeedsIAM, .failed,
        "\(subject.words) is known to IAM only, which isn't asked with --account",
        remedy: "leave out --account")

    case .noRegion:
      FindingText(
        .policyNoRegion, .failed, "no region is set",
        remedy: "give one by --region, AWS_REGION or `region` in the configuration")

    case .noPrincipal(let arn):
      FindingText(
        .policyNoPrincipal, .failed, "\(arn) is no role and no user that has policies",
        remedy: "name who runs rotate: --principal")

    case .noPart(let part, let count):
      FindingText(.policyNoPart, .failed, "there is no part \(part): there are \(count)")

    case .noPair(let user):
      FindingText(
        .policyNoPair, .failed,
        "\(user) has no pair: the configuration says \"pair\": false",
        remedy: "leave out --pair")

    case .noSeed:
      FindingText(
        .policyNoSeed, .failed, "the configuration has no `mfa.totpSeed` that is a parameter",
        remedy: "nothing of AWS's is read for the program's own device then")

    case .noSession(let user):
      FindingText(
        .noSessions, .failed, "\(user) has no session in the configuration",
        remedy: "add it to its entry, or leave out --session")
    }
  }
}

extension PolicyFinding.Subject {
  fileprivate var words: String {
    switch self {
    case .membersOfGroup(let name): "who belongs to the group \(name)"
    case .usersUnderPath(let path): "who stands under the path \(path)"
    case .pathOfUser(let name): "the path of \(name), which a parameter's name holds,"
    }
  }
}
