/// One managed policy: the statements that needs come to.
package struct PolicyDocument: Sendable, Equatable {
  /// What IAM takes as one managed policy, blanks not counted.
  /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  package static let limit = 6144

  package let value: PolicyValue

  package init(_ needs: [AccessNeed]) {
    value = .object([
      ("Version", .text("2012-10-17")),
      ("Statement", .list(Self.statements(Self.unique(needs)))),
    ])
  }

  /// As few documents as hold all of the needs, none of them above `limit`. What belongs together
  /// (a group of needs: one user's) stays together, if it fits into one at all.
  package static func split(_ groups: [[AccessNeed]], limit: Int = limit) -> [PolicyDocument] {
    var parts: [[AccessNeed]] = [[]]
    func fits(_ needs: [AccessNeed]) -> Bool { PolicyDocument(needs).value.count <= limit }
    func add(_ needs: [AccessNeed]) {
      if let last = parts.indices.last, parts[last].isEmpty || fits(parts[last] + needs) {
        parts[last] += needs
      } else {
        parts.append(needs)
      }
    }
    for group in groups {
      if fits(group) { add(group) } else { for need in group { add([need]) } }
    }
    return parts.filter { !$0.isEmpty }.map { PolicyDocument($0) }
  }

  private static func unique(_ needs: [AccessNeed]) -> [AccessNeed] {
    var seen: Set<AccessNeed> = []
    return needs.filter { seen.insert($0).inserted }
  }

  private static func statements(_ needs: [AccessNeed]) -> [PolicyValue] {
    AccessNeed.Kind.allCases.flatMap { kind -> [PolicyValue] in
      let needs = needs.filter { $0.kind == kind }
      guard !needs.isEmpty else { return [] }
      guard needs.contains(where: { $0.scope != nil }) else {
        return [statement(kind.rawValue, kind.actions, needs.map(\.resource))]
      }
      return keyStatements(kind, needs)
    }
  }

  private static func statement(
    _ sid: String, _ actions: [String], _ resources: [String], _ condition: PolicyValue? = nil
  ) -> PolicyValue {
    .object(
      [
        ("Sid", .text(sid)), ("Effect", .text("Allow")), ("Action", .texts(actions)),
        ("Resource", .texts(resources)),
      ] + (condition.map { [("Condition", $0)] } ?? []))
  }

  /// What tells the statements about keys apart.
  private struct KeyUse: Hashable {
    var resource: String
    var alias: String?
    var services: [String]
    var hasWildcard: Bool
    var usesDataKeys: Bool
  }

  private static func keyStatements(
    _ kind: AccessNeed.Kind, _ needs: [AccessNeed]
  ) -> [PolicyValue] {
    var order: [KeyUse] = []
    var parameters: [KeyUse: [String]] = [:]
    for need in needs {
      guard let scope = need.scope else { continue }
      let use = KeyUse(
        resource: need.resource, alias: scope.alias, services: scope.services,
        hasWildcard: scope.hasWildcard, usesDataKeys: scope.usesDataKeys)
      if parameters[use] == nil { order.append(use) }
      parameters[use, default: []].append(scope.parameter)
    }
    return order.enumerated().map { index, use in
      statement(
        kind.rawValue + (order.count > 1 ? "\(index + 1)" : ""),
        kind.actions + (use.usesDataKeys ? ["kms:GenerateDataKey"] : []), [use.resource],
        condition(use, parameters[use] ?? []))
    }
  }

  private static func condition(_ use: KeyUse, _ parameters: [String]) -> PolicyValue {
    let service = ("kms:ViaService", PolicyValue.texts(use.services))
    let context = ("kms:EncryptionContext:PARAMETER_ARN", PolicyValue.texts(parameters))
    var fields: [(String, PolicyValue)] =
      use.hasWildcard
      ? [("StringEquals", .object([service])), ("StringLike", .object([context]))]
      : [("StringEquals", .object([service, context]))]
    if let alias = use.alias {
      fields.append(
        ("ForAnyValue:StringEquals", .object([("kms:ResourceAliases", .text(alias))])))
    }
    return .object(fields)
  }
}
