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

  /// What should have been a time, so that its mistake can be seen: 40 characters at most.
  package static func time(_ text: String) -> String {
    let isTime = text.allSatisfy { "0123456789TtZz:+-., /".contains($0) }
    return String((isTime ? text : firstLines(of: text)).prefix(40))
  }

  private static func looksSecret(_ run: String) -> Bool {
    run.count >= 16 && run.contains(where: \.isUppercase)
      && (run.contains(where: \.isNumber) || run.count >= 32)
  }
}
