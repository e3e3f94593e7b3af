/// Words as a POSIX shell, and Python's `shlex.split`, would make them: quotes and backslashes
/// count, nothing is expanded. It decides the arguments of a `credential_process` and the name in
/// `[profile "a name"]`.
package enum ShellWords {
  package enum Failure: Error, Sendable, Equatable {
    case quotationNotClosed
    case nothingEscaped
  }

  package static func split(_ text: String) throws(Failure) -> [String] {
    var words: [String] = []
    // Nil between two words: an empty word can only be made by quotes.
    var word: String?
    var scalars = text.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      switch scalar {
      case " ", "\t", "\r", "\n":
        if let complete = word { words.append(complete) }
        word = nil
      case "'", "\"":
        word = (word ?? "") + (try quotation(by: scalar, &scalars))
      case "\\":
        guard let escaped = scalars.next() else { throw .nothingEscaped }
        word = (word ?? "") + String(escaped)
      default:
        word = (word ?? "") + String(scalar)
      }
    }
    if let complete = word { words.append(complete) }
    return words
  }

  private static func quotation(
    by quote: Unicode.Scalar, _ scalars: inout String.UnicodeScalarView.Iterator
  ) throws(Failure) -> String {
    var text = ""
    while let scalar = scalars.next() {
      if scalar == quote { return text }
      guard quote == "\"", scalar == "\\" else {
        text.unicodeScalars.append(scalar)
        continue
      }
      guard let escaped = scalars.next() else { throw .nothingEscaped }
      // Within double quotes a backslash escapes only the quote and itself.
      if escaped != quote && escaped != "\\" { text += "\\" }
      text.unicodeScalars.append(escaped)
    }
    throw .quotationNotClosed
  }
}
