/// What AWS says of a denied request, in the forms that IAM's user guide documents ("Troubleshoot
/// access denied error messages"):
///
///     User: ARN is not authorized to perform: ACTION on resource: ARN
///       because no KIND allows the ACTION action
///       with an explicit deny in a KIND: ARN OF THE POLICY
///
/// It is read for the advice alone; whatever it doesn't know is left nil, and nothing is decided by
/// it. A service that calls another (Parameter Store: KMS) passes that one's words on, so the action
/// need not be the one that was asked for.
struct Denial: Equatable {
  enum Policy: String, CaseIterable {
    case identity = "identity-based policy"
    case resource = "resource-based policy"
    case serviceControl = "service control policy"
    case resourceControl = "resource control policy"
    case boundary = "permissions boundary"
    case session = "session policy"
    case endpoint = "VPC endpoint policy"
    case trust = "role trust policy"
  }

  /// Such as `kms:GenerateDataKey`.
  var action: String
  var resource: String?
  var policy: Policy?
  /// Where the denying policy is of the same account or organization.
  var policyARN: String?
  /// By a Deny; otherwise by nothing that allows it.
  var isExplicit = false

  init?(_ message: String) {
    guard let start = message.firstRange(of: "not authorized to perform: ") else { return nil }
    var rest = message[start.upperBound...]
    let action = Self.word(&rest)
    let parts = action.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isPlain) }) else {
      return nil
    }
    self.action = action
    if let mark = rest.firstRange(of: "on resource: ") {
      var after = rest[mark.upperBound...]
      resource = Self.arn(Self.word(&after))
    }
    let kinds = Policy.allCases
    if let mark = rest.firstRange(of: "with an explicit deny") {
      isExplicit = true
      let after = rest[mark.upperBound...]
      policy = kinds.first { kind in
        [" in a ", " in an ", " in the "].contains { after.hasPrefix($0 + kind.rawValue) }
      }
      if let policy, let kind = after.firstRange(of: policy.rawValue + ": ") {
        var named = after[kind.upperBound...]
        policyARN = Self.arn(Self.word(&named))
      }
    } else if let mark = rest.firstRange(of: "because no ") {
      policy = kinds.first { rest[mark.upperBound...].hasPrefix($0.rawValue) }
    }
  }

  private static func word(_ text: inout Substring) -> String {
    let word = text.prefix { !$0.isWhitespace }
    text = text[word.endIndex...]
    var trimmed = word
    while let last = trimmed.last, ".,)\"'".contains(last) { trimmed.removeLast() }
    return String(trimmed)
  }

  private static func isPlain(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || character == "-")
  }

  private static func arn(_ text: String) -> String? { text.hasPrefix("arn:") ? text : nil }
}

extension Denial {
  /// Whether it is known that allowing it in a policy of the caller's would not be enough.
  var isByOthersPolicy: Bool { policy != nil && (policy != .identity || isExplicit) }

  /// Who can change what, in a sentence.
  var advice: String {
    let what = resource.map { "\(action) on \($0)" } ?? action
    let name = policyARN.map { " (\($0))" } ?? ""
    let organization =
      "No policy of this account can change that. Ask the organization's administrators"
    switch policy {
    case .serviceControl, .resourceControl:
      let kind = policy?.rawValue ?? ""
      return isExplicit
        ? "A \(kind) of the organization\(name) denies \(what). \(organization)."
        : "No \(kind) of the organization allows \(what). \(organization)."
    case .boundary:
      return "The caller's permissions boundary\(name) \(verb) \(what). Change the boundary "
        + "(`rotate whoami` shows who the caller is)."
    case .session:
      return "The session policy\(name) with which the caller's role was assumed \(verb) \(what). "
        + "Assume the role without it, or change it."
    case .endpoint:
      return "The policy of the VPC endpoint that the request went through \(verb) \(what). Change "
        + "that policy, or take another way to AWS."
    case .resource:
      return "The \(action.hasPrefix("kms:") ? "key policy" : "policy") of "
        + "\(resource ?? "the resource") \(verb) \(action). Change that policy."
    case .trust:
      return "The role's trust policy \(verb) \(what). Change that policy."
    case .identity where isExplicit:
      return "A policy of the caller\(name) denies \(what), and a Deny wins over every Allow. "
        + "Change that policy (`rotate whoami` shows who the caller is)."
    case .identity, nil:
      let deny = isExplicit ? "Remove the Deny of \(what) and allow it" : "Allow \(what)"
      let key =
        action.hasPrefix("kms:") ? ", and see that the key's own policy doesn't deny it" : ""
      return "\(deny) in a policy of the caller (`rotate whoami` shows who that is)\(key)."
    }
  }

  private var verb: String { isExplicit ? "denies" : "doesn't allow" }
}
