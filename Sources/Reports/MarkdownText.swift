/// Text from outside as Markdown (CommonMark, GitHub's) that shows what it is and does nothing.
enum MarkdownText {
  /// What is between backticks stays code. Elsewhere no mark means anything, no address becomes a
  /// link, and nobody is mentioned: such words become code, too.
  static func escaped(_ text: String) -> String {
    PrintableText.parts(PrintableText.clean(text)).map { part in
      part.isCode ? code(part.text) : words(part.text)
    }.joined()
  }

  /// Code between as many backticks as the text needs.
  static func code(_ text: String) -> String {
    let text = PrintableText.clean(text).replacing("|", with: "\\|")
    guard !text.isEmpty else { return "" }
    let longest = text.split { $0 != "`" }.map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: longest + 1)
    let needsSpace = text.hasPrefix("`") || text.hasSuffix("`") || text.allSatisfy { $0 == " " }
    return needsSpace ? "\(fence) \(text) \(fence)" : fence + text + fence
  }

  private static func words(_ text: String) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false).map { word in
      let isAddress =
        word.contains("@") || word.contains("://") || word.lowercased().contains("www.")
      return isAddress ? code(String(word)) : plain(word)
    }.joined(separator: " ")
  }

  private static func plain(_ word: Substring) -> String {
    word.reduce(into: "") { result, character in
      switch character {
      case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "$": result += "\\\(character)"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      default: result.append(character)
      }
    }
  }
}
