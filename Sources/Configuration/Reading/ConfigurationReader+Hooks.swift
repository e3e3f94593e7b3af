/// `hooks`.
extension ConfigurationReader {
  static let longestHook = Duration.seconds(600)

  mutating func hooks(_ node: JSONNode) -> [HookEvent: [HookSettings]] {
    var result: [HookEvent: [HookSettings]] = [:]
    let fields = fields(of: node, known: HookEvent.allCases.map(\.rawValue))
    for event in HookEvent.allCases {
      guard let node = fields[event.rawValue], let entries = list(node) else { continue }
      if entries.count > 8 { report(.badValue, node, "at most 8 commands") }
      result[event] = entries.compactMap { hook($0) }
    }
    return result
  }

  private mutating func hook(_ node: JSONNode) -> HookSettings? {
    let fields = fields(of: node, known: ["command", "timeout", "required"])
    guard case .object = node.value else { return nil }
    guard let command = fields["command"] else {
      report(.missingKey, node, "`command` is missing: a list, the program's whole path first")
      return nil
    }
    guard let words = list(command) else { return nil }
    guard let first = words.first else {
      report(.badValue, command, "it is empty; the program's whole path comes first")
      return nil
    }
    guard let program = absolutePath(first) else { return nil }
    let texts = words.compactMap { string($0)?.value }
    guard texts.count == words.count else { return nil }
    if texts.contains(where: { $0.utf8.contains(0) }) {
      report(.badValue, command, "an argument can't hold a zero byte")
      return nil
    }
    var result = HookSettings(command: texts, program: program)
    if let value = patience(fields["timeout"], atMost: Self.longestHook) { result.timeout = value }
    result.isRequired = bool(fields["required"])?.value ?? false
    return result
  }
}
