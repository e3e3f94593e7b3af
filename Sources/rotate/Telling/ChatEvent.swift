internal import Configuration
internal import Reports
internal import FoundationEssentials

/// A bulletin as AWS's chat integrations read it from a topic: a custom notification of Amazon Q
/// Developer in chat applications, once AWS Chatbot.
/// https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
struct ChatEvent: Encodable {
  struct Content: Encodable {
    let textType = "client-markdown"
    var title: String
    var description: String
    var nextSteps: [String]?
    var keywords: [String]

    private enum CodingKeys: String, CodingKey {
      case textType, title, description, nextSteps, keywords
    }
  }

  struct Metadata: Encodable {
    /// Messages of one thread stand together; left out where it is about several users.
    var threadId: String?
    var summary: String
    var eventType: String
    var relatedResources: [String]?
    var additionalContext: [String: String]
  }

  let version = "1.0"
  let source = "custom"
  var id: String
  var content: Content
  var metadata: Metadata

  private enum CodingKeys: String, CodingKey { case version, source, id, content, metadata }

  init(_ bulletin: Bulletin, id: String) {
    self.id = id
    let notices = bulletin.notices
    let users = Self.unique(notices.compactMap(\.user))
    let events = Self.unique(notices.map(\.event.rawValue))
    let steps = Self.unique(notices.compactMap(\.remedy)).prefix(10).map {
      SlackMessage.escaped($0, atMost: 500)
    }
    content = Content(
      title: SlackMessage.escaped("rotate: \(bulletin.title)", atMost: 250),
      description: Self.description(bulletin), nextSteps: steps.isEmpty ? nil : steps,
      keywords: Array((events + users).prefix(10)))
    metadata = Metadata(
      threadId: users.count == 1 && !notices.contains { $0.user == nil }
        ? "rotate-\(users[0])" : nil,
      summary: SlackMessage.escaped(bulletin.title, atMost: 250),
      eventType: events.count == 1 ? events[0] : "several",
      relatedResources: users.isEmpty ? nil : Array(users.prefix(20)),
      additionalContext: [
        "severity": bulletin.severity.rawValue, "host": bulletin.host,
        "account": bulletin.account ?? "unknown", "run": bulletin.runId ?? "test",
      ])
  }

  var text: String {
    JSONText.escaped((try? JSONEncoder.telling.encode(self)) ?? Data())
  }

  private static func description(_ bulletin: Bulletin) -> String {
    var lines: [String] = []
    var length = 0
    for (index, notice) in bulletin.notices.enumerated() {
      var line = "*\(notice.severity.word)* \(SlackMessage.escaped(notice.title, atMost: 500))"
      if !notice.text.isEmpty { line += ": \(SlackMessage.escaped(notice.text, atMost: 500))" }
      if let owner = notice.owner { line += " (owner: \(SlackMessage.escaped(owner)))" }
      length += line.utf16.count + 1
      guard length < 3500 else {
        lines.append("and \(bulletin.notices.count - index) more: `rotate status`")
        break
      }
      lines.append(line)
    }
    return lines.joined(separator: "\n")
  }

  private static func unique(_ texts: [String]) -> [String] {
    texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}

extension JSONEncoder {
  /// Keys sorted and times in ISO 8601, for whatever is told.
  static var telling: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return encoder
  }
}
