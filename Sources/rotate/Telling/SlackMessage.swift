internal import Reports
internal import FoundationEssentials

/// A bulletin as Slack's incoming webhooks take it: blocks, and a text for notifications.
///
/// Limits: 50 blocks, 150 characters in a header, 3000 in a section.
/// https://docs.slack.dev/reference/block-kit/blocks
struct SlackMessage: Encodable {
  struct Text: Encodable {
    var type: String
    var text: String
  }

  struct Block: Encodable {
    var type: String
    var text: Text?
    var elements: [Text]?
  }

  static let mostBlocks = 50
  static let longestSection = 3000
  static let longestHeader = 150

  var text: String
  var blocks: [Block]

  init(_ bulletin: Bulletin) {
    text = Self.escaped(bulletin.title, atMost: Self.longestSection)
    let header = Bulletin.cut("rotate: \(bulletin.title)", Self.longestHeader)
    blocks = [
      // Plain text isn't parsed, so nothing in it needs escaping.
      Block(type: "header", text: Text(type: "plain_text", text: header)),
      Block(type: "context", elements: [Self.markdown(Self.escaped(bulletin.origin))]),
    ]
    let room = Self.mostBlocks - blocks.count - 1
    blocks += bulletin.notices.prefix(room).map { Self.section($0) }
    let left = bulletin.notices.count - room
    if left > 0 {
      blocks.append(
        Block(type: "context", elements: [Self.markdown("and \(left) more: `rotate status`")]))
    }
  }

  var bytes: [UInt8] {
    Array(JSONText.escaped((try? JSONEncoder.telling.encode(self)) ?? Data()).utf8)
  }

  private static func section(_ notice: Notice) -> Block {
    let icon =
      switch notice.severity {
      case .notice: ":information_source:"
      case .act: ":warning:"
      case .failed: ":red_circle:"
      }
    var text = "\(icon) *\(escaped(notice.title, atMost: 1000))* (`\(escaped(notice.code))`)"
    if !notice.text.isEmpty { text += "\n" + escaped(notice.text, atMost: 500) }
    if let remedy = notice.remedy {
      text += "\n_What to do:_ " + escaped(remedy, atMost: 1000)
    }
    if let owner = notice.owner { text += "\n_Owner:_ " + escaped(owner, atMost: 200) }
    return Block(type: "section", text: markdown(text))
  }

  private static func markdown(_ text: String) -> Text { Text(type: "mrkdwn", text: text) }

  /// `&`, `<` and `>` control Slack's text: a mention such as `<!channel>` among them. The limit
  /// counts what comes out.
  static func escaped(_ text: String, atMost limit: Int = 200) -> String {
    var result = ""
    for character in text {
      let piece =
        switch character {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "\n", "\r\n": " "
        default: String(character)
        }
      guard result.utf16.count + piece.utf16.count < limit else { return result + "…" }
      result += piece
    }
    return result
  }
}
