internal import AWSPrimitives

/// `notify`, `heartbeat` and `metrics`.
extension ConfigurationReader {
  static let channelTypes = ["slack", "webhook", "sns", "email"]
  static let longestTelling = Duration.seconds(60)

  mutating func notify(_ node: JSONNode) -> NotifySettings {
    var result = NotifySettings()
    let fields = fields(of: node, known: ["channels", "remindEvery", "warnBefore", "timeout"])
    if let value = duration(fields["remindEvery"])?.value { result.remindEvery = value }
    if let value = duration(fields["warnBefore"])?.value { result.warnBefore = value }
    if let value = patience(fields["timeout"], atMost: Self.longestTelling) {
      result.timeout = value
    }
    guard let channels = fields["channels"] else {
      report(.missingKey, node, "`channels` is missing: an object with a channel for each name")
      return result
    }
    guard case .object(let members) = channels.value else {
      wrongType(channels, "an object in `{ }`")
      return result
    }
    if members.count > 16 { report(.badValue, channels, "at most 16 channels") }
    for member in members {
      if let channel = channel(member) { result.channels.append(channel) }
    }
    return result
  }

  private mutating func channel(_ member: JSONNode.Member) -> ChannelSettings? {
    let node = member.node
    guard Self.isPlainName(member.key) else {
      problems.append(
        ConfigurationProblem(
          .badValue, member.keyPlace, node.path,
          "a channel's name has letters, digits, `-` and `_` only, 64 at most"))
      return nil
    }
    guard case .object(let parts) = node.value else {
      wrongType(node, "an object in `{ }`")
      return nil
    }
    let typeNode = parts.first { $0.key == "type" }?.node
    guard let typeNode else {
      report(.missingKey, node, "`type` is missing: \(Self.channelTypes.joined(separator: ", "))")
      return nil
    }
    guard let type = string(typeNode)?.value else { return nil }
    guard let own = Self.partsOfChannels[type] else {
      unknown(typeNode, type, "type of channel", among: Self.channelTypes)
      return nil
    }
    let fields = fields(of: node, known: ["type", "events", "required"] + own)
    guard let kind = kind(type, fields, node) else { return nil }
    return ChannelSettings(
      name: member.key, place: node.place, path: node.path, kind: kind,
      events: events(fields["events"]), isRequired: bool(fields["required"])?.value ?? false)
  }

  private static let partsOfChannels = [
    "slack": ["url"], "webhook": ["url", "secret"], "sns": ["topicArn"],
    "email": ["to", "from", "sendmail"],
  ]

  private mutating func kind(
    _ type: String, _ fields: [String: JSONNode], _ node: JSONNode
  ) -> ChannelSettings.Kind? {
    switch type {
    case "slack":
      return needed("url", fields, node, mayBePlain: false).map { .slack(url: $0) }
    case "webhook":
      let url = needed("url", fields, node, mayBePlain: true)
      let secret = needed("secret", fields, node, mayBePlain: false)
      guard let url, let secret else { return nil }
      return .webhook(url: url, secret: secret)
    case "sns": return topic(fields["topicArn"], node)
    default: return mail(fields, node)
    }
  }

  private mutating func topic(_ field: JSONNode?, _ node: JSONNode) -> ChannelSettings.Kind? {
    guard let field else {
      report(.missingKey, node, "`topicArn` is missing")
      return nil
    }
    guard let arn = filled(field) else { return nil }
    // A seventh part would make it a subscription's.
    guard let topic = ARN(arn.value), topic.service == "sns", topic.region.count >= 5,
      topic.account.count == 12, !topic.resource.contains(":"),
      arn.value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else {
      report(
        .badValue, field,
        "no ARN of a topic, such as \"arn:aws:sns:eu-central-1:111122223333:rotate\"")
      return nil
    }
    return .sns(topicArn: arn.value, region: topic.region)
  }

  private mutating func mail(
    _ fields: [String: JSONNode], _ node: JSONNode
  ) -> ChannelSettings.Kind? {
    guard let toNode = fields["to"] else {
      report(.missingKey, node, "`to` is missing: a list of addresses")
      return nil
    }
    let to = (list(toNode) ?? []).compactMap { filled($0) }
    // A placeholder that doesn't exist is refused at the start of a run, with the channel alone:
    // nobody's key may grow old for it.
    for address in to where !address.value.contains("{") && !Self.isAddress(address.value) {
      problems.append(address.problem(.badValue, "no address, such as \"ops@example.com\""))
    }
    if !to.contains(where: { !$0.value.contains("{") }) {
      report(.badValue, toNode, "one address at least, for users that have no owner")
    }
    let from = filled(fields["from"])
    if let from, !Self.isAddress(from.value) {
      problems.append(from.problem(.badValue, "no address, such as \"rotate@example.com\""))
    }
    return .email(
      .init(from: from?.value, to: to, sendmail: absolutePath(fields["sendmail"])))
  }

  private mutating func events(_ node: JSONNode?) -> Set<NoticeEvent> {
    let all = Set(NoticeEvent.configurable)
    guard let node, let entries = list(node) else { return all }
    var result: Set<NoticeEvent> = []
    for entry in entries {
      guard let name = string(entry)?.value else { continue }
      if let event = NoticeEvent(rawValue: name), all.contains(event) {
        result.insert(event)
      } else {
        unknown(entry, name, "event", among: NoticeEvent.configurable.map(\.rawValue))
      }
    }
    return result
  }

  mutating func heartbeat(_ node: JSONNode) -> HeartbeatSettings? {
    let fields = fields(of: node, known: ["url", "failUrl", "timeout", "required"])
    guard case .object = node.value,
      let url = needed("url", fields, node, mayBePlain: true)
    else { return nil }
    var result = HeartbeatSettings(url: url)
    result.failUrl = fields["failUrl"].flatMap { source($0, mayBePlain: true) }
    if let value = patience(fields["timeout"], atMost: Self.longestTelling) {
      result.timeout = value
    }
    result.isRequired = bool(fields["required"])?.value ?? false
    return result
  }

  mutating func metrics(_ node: JSONNode) -> MetricsSettings? {
    let fields = fields(of: node, known: ["textfile", "required"])
    guard case .object = node.value else { return nil }
    guard let file = fields["textfile"] else {
      report(.missingKey, node, "`textfile` is missing: a file that ends in `.prom`")
      return nil
    }
    guard let path = absolutePath(file) else { return nil }
    // The collector reads no other files.
    guard path.value.hasSuffix(".prom") else {
      problems.append(path.problem(.badValue, "node_exporter reads files that end in `.prom` only"))
      return nil
    }
    return MetricsSettings(textfile: path, isRequired: bool(fields["required"])?.value ?? false)
  }

  // MARK: Users

  mutating func owner(_ node: JSONNode?) -> Configured<String>? {
    guard let text = filled(node) else { return nil }
    let isPlain = text.value.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    if isPlain, text.value.count <= 200 { return text }
    problems.append(text.problem(.badValue, "one line of 200 characters at most"))
    return nil
  }

  mutating func channelNames(_ node: JSONNode?) -> Configured<[Configured<String>]>? {
    guard let node, let entries = list(node) else { return nil }
    return Configured(entries.compactMap { filled($0) }, at: node)
  }

  /// Each channel that a user's settings name must exist.
  mutating func checkChannels(_ configuration: Configuration) {
    let known = configuration.notify.channels.map(\.name)
    var seen: [FilePlace] = []
    let settings = [configuration.defaults] + configuration.users.map(\.settings)
    for name in settings.flatMap({ $0.channels?.value ?? [] })
    where !known.contains(name.value) && !seen.contains(name.place) {
      seen.append(name.place)
      let nearest = NearestName.of(name.value, among: known)
      problems.append(
        name.problem(
          .unknownChannel,
          "`notify.channels` has no `\(name.value)`"
            + (nearest.map { "; did you mean `\($0)`?" } ?? "")))
    }
  }

  // MARK: Values

  private mutating func needed(
    _ key: String, _ fields: [String: JSONNode], _ node: JSONNode, mayBePlain: Bool
  ) -> SecretSource? {
    if let field = fields[key] { return source(field, mayBePlain: mayBePlain) }
    report(.missingKey, node, "`\(key)` is missing")
    return nil
  }

  private mutating func source(_ node: JSONNode, mayBePlain: Bool) -> SecretSource? {
    if case .string = node.value {
      if mayBePlain { return filled(node).map { .plain($0) } }
      // The value isn't repeated: it is a secret.
      report(
        .secretInClear, node,
        "it is a secret, and many can read this file: write {\"file\": …}, {\"credential\": …} "
          + "(systemd's) or {\"parameter\": …} (a SecureString)")
      return nil
    }
    let fields = fields(of: node, known: ["file", "credential", "parameter"])
    guard case .object = node.value else { return nil }
    guard fields.count == 1, let (key, field) = fields.first else {
      report(.missingKey, node, "exactly one of `file`, `credential` and `parameter` is needed")
      return nil
    }
    switch key {
    case "file": return absolutePath(field).map { .file($0) }
    case "parameter": return template(field).map { .parameter($0) }
    default:
      guard let name = filled(field) else { return nil }
      guard Self.isPlainName(name.value, also: ".") else {
        problems.append(name.problem(.badValue, "a credential's name, not a path"))
        return nil
      }
      return .credential(name)
    }
  }

  /// How long is waited for something that must not hold anything up.
  mutating func patience(_ node: JSONNode?, atMost longest: Duration) -> Duration? {
    guard let value = duration(node) else { return nil }
    if value.value >= .seconds(1), value.value <= longest { return value.value }
    problems.append(
      value.problem(.badDuration, "from \"1s\" to \"\(longest.components.seconds)s\""))
    return nil
  }

  mutating func unknown(
    _ node: JSONNode, _ text: String, _ what: String, among all: [String]
  ) {
    let nearest = NearestName.of(text, among: all)
    report(
      .badValue, node,
      "\"\(text)\" is no \(what); "
        + (nearest.map { "did you mean \"\($0)\"?" } ?? "there are \(all.joined(separator: ", "))"))
  }

  private static func isPlainName(_ text: String, also others: String = "") -> Bool {
    (1...64).contains(text.utf8.count) && !text.hasPrefix(".")
      && text.allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0) || others.contains($0))
      }
  }

  /// Plain enough to stand in a header as it is.
  package static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && isPlain
      && text.utf8.count <= 254 && !text.hasPrefix("-")
      && !text.contains { "\"(),:;<>[]\\{}".contains($0) }
  }
}
