/// Ids of access keys in texts that leave the host: only their last four characters.
enum KeyTails {
  static func shorten(_ text: String) -> String {
    var result = ""
    scan(text) { word, isKey in result += isKey ? tail(word) : word }
    return result
  }

  /// The tails of the keys that a text names, each once.
  static func found(in text: String) -> [String] {
    var tails: [String] = []
    scan(text) { word, isKey in
      if isKey, !tails.contains(tail(word)) { tails.append(tail(word)) }
    }
    return tails
  }

  static func tail(_ id: some StringProtocol) -> String { "…" + id.suffix(4) }

  /// Calls back with each run of capitals and digits, and with each character between them.
  private static func scan(_ text: String, _ body: (String, _ isKey: Bool) -> Void) {
    var word = ""
    for character in text {
      if character.isASCII, character.isUppercase || character.isNumber {
        word.append(character)
        continue
      }
      if !word.isEmpty { body(word, isKey(word)) }
      word = ""
      body(String(character), false)
    }
    if !word.isEmpty { body(word, isKey(word)) }
  }

  /// IAM's ids of long-term and temporary keys.
  /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  private static func isKey(_ word: String) -> Bool {
    (word.hasPrefix("AKIA") || word.hasPrefix("ASIA")) && word.utf8.count >= 16
  }
}
