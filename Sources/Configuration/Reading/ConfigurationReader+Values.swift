/// Values of one type each. Each answers nil after it has reported what is wrong.
extension ConfigurationReader {
  mutating func report(_ code: ConfigurationProblem.Code, _ node: JSONNode, _ message: String) {
    problems.append(ConfigurationProblem(code, node.place, node.path, message))
  }

  /// The members of an object whose keys are known here.
  mutating func fields(of node: JSONNode, known: [String]) -> [String: JSONNode] {
    guard case .object(let members) = node.value else {
      wrongType(node, "an object in `{ }`")
      return [:]
    }
    var fields: [String: JSONNode] = [:]
    for member in members {
      guard known.contains(member.key) else {
        let nearest = NearestName.of(member.key, among: known)
        problems.append(
          ConfigurationProblem(
            .unknownKey, member.keyPlace, member.node.path,
            "there is no such key; "
              + (nearest.map { "did you mean `\($0)`?" }
                ?? "here are allowed: \(known.joined(separator: ", "))")))
        continue
      }
      fields[member.key] = fields[member.key] ?? member.node
    }
    return fields
  }

  mutating func wrongType(_ node: JSONNode, _ expected: String) {
    report(.wrongType, node, "\(expected) is expected, not \(node.kind)")
  }

  mutating func list(_ node: JSONNode) -> [JSONNode]? {
    if case .array(let elements) = node.value { return elements }
    wrongType(node, "a list in `[ ]`")
    return nil
  }

  mutating func string(_ node: JSONNode?) -> Configured<String>? {
    guard let node else { return nil }
    if case .string(let text) = node.value { return Configured(text, at: node) }
    wrongType(node, "a string")
    return nil
  }

  /// A string that isn't empty.
  mutating func filled(_ node: JSONNode?) -> Configured<String>? {
    guard let text = string(node) else { return nil }
    if !text.value.isEmpty { return text }
    problems.append(text.problem(.badValue, "it is empty; leave the key out for the default"))
    return nil
  }

  mutating func bool(_ node: JSONNode?) -> Configured<Bool>? {
    guard let node else { return nil }
    if case .bool(let value) = node.value { return Configured(value, at: node) }
    wrongType(node, "true or false")
    return nil
  }

  mutating func integer(_ node: JSONNode?, in range: ClosedRange<Int>) -> Configured<Int>? {
    guard let node else { return nil }
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard case .number(let text) = node.value else {
      wrongType(node, expected)
      return nil
    }
    if let value = Int(text), range.contains(value) { return Configured(value, at: node) }
    report(.badValue, node, "\(expected) is expected, not \(text)")
    return nil
  }

  mutating func duration(
    _ node: JSONNode?, atMost longest: Duration? = nil
  ) -> Configured<Duration>? {
    guard let node else { return nil }
    guard case .string(let text) = node.value else {
      wrongType(node, "a duration such as \"90d\"")
      return nil
    }
    guard let value = DurationText.parse(text) else {
      report(
        .badDuration, node,
        "\"\(text)\" is no duration: a whole number and a unit (ms, s, m, h, d), such as \"90d\", "
          + "at most \"\(DurationText.longestInDays)d\"")
      return nil
    }
    if let longest, value > longest {
      report(
        .badDuration, node,
        "at most \"\(longest.components.seconds)s\": it is waited for under a lease of 30 minutes")
      return nil
    }
    return Configured(value, at: node)
  }

  mutating func region(_ node: JSONNode?) -> Configured<String>? {
    guard let text = filled(node) else { return nil }
    let parts = text.value.split(separator: "-", omittingEmptySubsequences: false)
    let isPlain = text.value.allSatisfy {
      $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-")
    }
    if isPlain, parts.count >= 3, !parts.contains("") { return text }
    problems.append(
      text.problem(.badValue, "\"\(text.value)\" is no AWS region, such as \"eu-central-1\""))
    return nil
  }

  mutating func template(_ node: JSONNode?) -> Configured<String>? {
    guard let text = filled(node) else { return nil }
    guard let fault = ParameterTemplate(text.value).fault else { return text }
    problems.append(text.problem(.parameterName, fault))
    return nil
  }

  mutating func absolutePath(_ node: JSONNode?, isTemplate: Bool = false) -> Configured<String>? {
    guard let text = isTemplate ? template(node) : filled(node) else { return nil }
    if text.value.hasPrefix("/"), !text.value.hasSuffix("/") { return text }
    problems.append(text.problem(.badValue, "a file's whole path is expected, from `/` on"))
    return nil
  }
}
