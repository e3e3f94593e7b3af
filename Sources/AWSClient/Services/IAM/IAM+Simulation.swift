extension IAM {
  /// What IAM says about one action on one resource.
  package struct Evaluation: Sendable, Equatable {
    package let action: String
    /// The ARN that was asked about.
    package let resource: String
    /// `allowed`, `implicitDeny`, `explicitDeny`.
    package let decision: String
    /// A policy asks for something that the simulation wasn't told, such as the caller's address.
    package let lacksContext: Bool

    package var isAllowed: Bool { decision == "allowed" }
  }

  /// A value that policies' conditions look at.
  package struct ContextEntry: Sendable, Equatable {
    package var key: String
    package var values: [String]
    package var isList: Bool

    package init(_ key: String, _ values: [String], isList: Bool = false) {
      self.key = key
      self.values = values
      self.isList = isList
    }
  }

  /// What a user or a role may do by all of its policies; changes nothing. Resources' own policies,
  /// such as a KMS key's, aren't looked at.
  package static func simulatePrincipalPolicy(
    principal: String, actions: [String], resources: [String], context: [ContextEntry] = []
  ) -> Operation<[[Evaluation]]> {
    var input = [("PolicySourceArn", principal)]
    for (number, action) in actions.enumerated() {
      input.append(("ActionNames.member.\(number + 1)", action))
    }
    for (number, resource) in resources.enumerated() {
      input.append(("ResourceArns.member.\(number + 1)", resource))
    }
    for (number, entry) in context.enumerated() {
      let name = "ContextEntries.member.\(number + 1)"
      input.append(("\(name).ContextKeyName", entry.key))
      input.append(("\(name).ContextKeyType", entry.isList ? "stringList" : "string"))
      for (number, value) in entry.values.enumerated() {
        input.append(("\(name).ContextKeyValues.member.\(number + 1)", value))
      }
    }
    return listing("SimulatePrincipalPolicy", input, "EvaluationResults") {
      element throws(CodecFailure) in try evaluations(element)
    }
  }

  /// With several resources, IAM puts the decision on each of them into a list of its own.
  private static func evaluations(_ element: XMLElement) throws(CodecFailure) -> [Evaluation] {
    let action = try element.string("EvalActionName")
    let missing = element.child("MissingContextValues")?.children ?? []
    let specific = element.child("ResourceSpecificResults")?.children ?? []
    var result: [Evaluation] = []
    for one in specific {
      result.append(
        Evaluation(
          action: action, resource: try one.string("EvalResourceName"),
          decision: try one.string("EvalResourceDecision"),
          lacksContext: !missing.isEmpty
            || !(one.child("MissingContextValues")?.children ?? []).isEmpty))
    }
    guard result.isEmpty else { return result }
    return [
      Evaluation(
        action: action, resource: element.optionalString("EvalResourceName") ?? "*",
        decision: try element.string("EvalDecision"), lacksContext: !missing.isEmpty)
    ]
  }
}
