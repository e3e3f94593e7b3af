internal import RotationExecutor
internal import RotationPlanner

/// `session` of users, and `mfa` of the program itself.
extension ConfigurationReader {
  static let defaultSession = Duration.hours(12)

  mutating func session(_ node: JSONNode) -> Configured<SessionEntry>? {
    let fields = fields(of: node, known: ["mfaSerial", "totpSeed", "duration"])
    guard case .object = node.value else { return nil }
    let serial = serial(of: node, fields["mfaSerial"])
    let seed = seed(of: node, fields["totpSeed"])
    let duration = sessionDuration(fields["duration"])
    guard let serial, let seed, let duration else { return nil }
    return Configured(
      SessionEntry(mfaSerial: serial, seed: seed.value, duration: duration), at: node)
  }

  private mutating func serial(of session: JSONNode, _ node: JSONNode?) -> String? {
    guard let node else {
      report(
        .missingKey, session,
        "`mfaSerial` is missing: the device's ARN, such as "
          + "\"arn:aws:iam::111122223333:mfa/deployer\"")
      return nil
    }
    guard let text = template(node) else { return nil }
    // AWS's rule for SerialNumber, with the braces of placeholders.
    let isSerial =
      (9...256).contains(text.value.utf8.count)
      && text.value.allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || "_+=/:,.@-{}".contains($0))
      }
    if isSerial { return text.value }
    problems.append(
      text.problem(
        .badValue,
        "\"\(text.value)\" is no MFA device: its ARN is expected, such as "
          + "\"arn:aws:iam::111122223333:mfa/deployer\""))
    return nil
  }

  /// Where a seed is: exactly one of `parameter`, `credential` and `file`.
  mutating func seed(of parent: JSONNode, _ node: JSONNode?) -> Configured<SeedSource>? {
    let example = "such as {\"parameter\": \"/rotate/mfa/{user}\"}"
    guard let node else {
      report(.missingKey, parent, "`totpSeed` is missing: where the device's seed is, \(example)")
      return nil
    }
    let known = ["parameter", "credential", "file"]
    let fields = fields(of: node, known: known)
    guard case .object = node.value else { return nil }
    let given = known.filter { fields[$0] != nil }
    guard given.count == 1 else {
      report(
        .missingKey, node,
        given.isEmpty
          ? "one of `parameter`, `credential` and `file` is needed, \(example)"
          : "`\(given.joined(separator: "` and `"))`: a seed has one place")
      return nil
    }
    if let name = template(fields["parameter"]) {
      return Configured(.parameter(name.value), at: node)
    }
    if let name = credentialName(fields["credential"]) {
      return Configured(.credential(name), at: node)
    }
    if let path = absolutePath(fields["file"], isTemplate: true) {
      return Configured(.file(path.value), at: node)
    }
    return nil
  }

  /// systemd's rule: a file's name.
  private mutating func credentialName(_ node: JSONNode?) -> String? {
    guard let text = template(node) else { return nil }
    let isName = !text.value.contains("/") && ![".", ".."].contains(text.value)
    if isName { return text.value }
    problems.append(
      text.problem(.badValue, "the name of a systemd credential is expected, without `/`"))
    return nil
  }

  private mutating func sessionDuration(_ node: JSONNode?) -> Duration? {
    guard let node else { return Self.defaultSession }
    guard let value = duration(node) else { return nil }
    let isWhole = value.value.components.attoseconds == 0
    if SessionSettings.durations.contains(value.value), isWhole { return value.value }
    problems.append(
      value.problem(
        .badDuration, "AWS makes sessions of \"900s\" to \"36h\", in whole seconds"))
    return nil
  }
}
