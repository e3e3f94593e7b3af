/// A parameter's or a file's name with the placeholders `{user}`, `{account}` and `{path}`.
package struct ParameterTemplate: Sendable {
  static let placeholders = ["user", "account", "path"]
  /// Parameter Store's limit of 1011 counts the ARN in front of the name too, such as
  /// `arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter`.
  /// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
  static let longest = 1011 - 55
  static let deepest = 15

  let text: String

  package init(_ text: String) { self.text = text }

  /// What stands in braces.
  var placeholders: [String] {
    text.split(separator: "{", omittingEmptySubsequences: false).dropFirst()
      .map { String($0.prefix { $0 != "}" }) }
  }

  /// Nil, or what is wrong with the placeholders themselves.
  var fault: String? {
    guard text.count(where: { $0 == "{" }) == text.count(where: { $0 == "}" }) else {
      return "a brace has no partner"
    }
    guard let unknown = placeholders.first(where: { !Self.placeholders.contains($0) }) else {
      return nil
    }
    let nearest = NearestName.of(unknown, among: Self.placeholders)
    return "{\(unknown)} is no placeholder; "
      + (nearest.map { "did you mean {\($0)}?" } ?? "there are {user}, {account} and {path}")
  }

  /// `path` is IAM's: `/`, or `/team/ci/`. Its outer slashes are left out, and where nothing is
  /// left of it the level disappears.
  package func expanded(user: String, path: String, account: String) -> String {
    let inner = path.split(separator: "/").joined(separator: "/")
    let text = inner.isEmpty ? text.replacingOccurrences("{path}/", with: "") : text
    return text.replacingOccurrences("{user}", with: user)
      .replacingOccurrences("{account}", with: account)
      .replacingOccurrences("{path}", with: inner)
  }

  /// Nil, or why Parameter Store would not take this complete name.
  static func fault(inName name: String) -> String? {
    let levels = name.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    let first = levels.first?.lowercased() ?? ""
    if !name.hasPrefix("/") { return "a parameter's name begins with `/`" }
    if levels.contains("") { return "it holds an empty level (`//`, or a `/` at the end)" }
    if let bad = name.first(where: { !isAllowed($0) }) {
      return "a parameter's name can't hold `\(bad)`: letters, digits and `. - _ /` only"
    }
    if first.hasPrefix("aws") || first.hasPrefix("ssm") {
      return "AWS refuses parameters whose name begins with `aws` or `ssm`"
    }
    if levels.count > deepest { return "\(levels.count) levels; AWS allows \(deepest)" }
    if name.utf8.count > longest {
      return "\(name.utf8.count) characters; AWS leaves room for \(longest)"
    }
    return nil
  }

  static func isAllowed(_ character: Character) -> Bool {
    character.isASCII
      && (character.isLetter || character.isNumber || "./-_".contains(character))
  }
}

extension String {
  fileprivate func replacingOccurrences(_ part: String, with other: String) -> String {
    self.split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
  }
}
