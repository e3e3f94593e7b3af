/// `~` and `$VARIABLE` in the paths of AWS's files, as botocore expands them.
extension ProviderContext {
  /// `$NAME` and `${NAME}`; a variable that doesn't exist stays as it is written.
  func expandingVariables(_ path: String) -> String {
    var result = ""
    var rest = Substring(path)
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[dollar...]
      let (written, name) = variableReference(rest)
      result += environment[name] ?? String(written)
      rest = rest.dropFirst(written.count)
    }
    return result + rest
  }

  /// The reference that `text` (which starts with a dollar sign) starts with, and its name.
  private func variableReference(_ text: Substring) -> (written: Substring, name: String) {
    let name = text.dropFirst()
    if name.first == "{", let brace = name.firstIndex(of: "}") {
      return (text[...brace], String(name[name.index(after: name.startIndex)..<brace]))
    }
    let word = name.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    return (text[..<word.endIndex], String(word))
  }

  /// `~` and `~user` at the start; an unknown user's stays as it is written.
  func expandingHome(_ path: String) -> String {
    guard path.hasPrefix("~") else { return path }
    let user = path.dropFirst().prefix { $0 != "/" }
    let home =
      user.isEmpty ? environment["HOME"] ?? homeDirectory(nil) : homeDirectory(String(user))
    guard var home else { return path }
    while home.hasSuffix("/") { home.removeLast() }
    let expanded = home + path.dropFirst(1 + user.count)
    return expanded.isEmpty ? "/" : expanded
  }

  func expanding(_ path: String) -> String {
    expandingHome(expandingVariables(path))
  }
}
