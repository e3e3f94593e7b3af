/// Other programs' words in this program's messages: short, on one line, without what may be a
/// secret.
package enum Redaction {
  /// The first three lines, 300 characters at most. Runs of 16 and more characters that keys and
  /// tokens are made of are replaced, unless they look like words or paths.
  package static func firstLines(of text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).prefix(3).joined(separator: " | ")
    var result = ""
    var run = ""
    for character in lines.prefix(4096) + " " {
      if character.isASCII
        && (character.isLetter || character.isNumber || "+/=_-".contains(character))
      {
        run.append(character)
        continue
      }
      result += looksSecret(run) ? "[…]" : run
      run = ""
      result += character.unicodeScalars.allSatisfy { $0.value >= 0x20 } ? String(character) : " "
    }
    return String(result.dropLast().prefix(300))
  }

  private static func looksSecret(_ run: String) -> Bool {
    run.count >= 16 && run.contains(where: \.isUppercase)
      && (run.contains(where: \.isNumber) || run.count >= 32)
  }
}
