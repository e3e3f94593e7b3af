package import FoundationEssentials

/// The inline policy that denies a user's sessions which were issued before a moment. Requests that a
/// long-term key signs carry no `aws:TokenIssueTime`; `DateLessThan` doesn't match without it, so they
/// go on (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
package struct RevocationPolicy: Sendable, Equatable {
  package static let name = "rotate-revoke-sessions"
  private static let key = "aws:TokenIssueTime"

  /// In whole seconds, as the key is: what was issued in that second is not denied.
  package var before: Date

  package init(before: Date) { self.before = before }

  private struct Document: Codable, Equatable {
    struct Statement: Codable, Equatable {
      var Sid: String
      var Effect: String
      var Action: String
      var Resource: String
      var Condition: [String: [String: String]]
    }

    var Version: String
    var Statement: [Statement]
  }

  private var document: Document {
    Document(
      Version: "2012-10-17",
      Statement: [
        Document.Statement(
          Sid: "RevokedByRotate", Effect: "Deny", Action: "*", Resource: "*",
          Condition: ["DateLessThan": [Self.key: before.formatted(.iso8601)]])
      ])
  }

  package var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Nothing in it can fail to encode: strings only.
    return (try? encoder.encode(document)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Nil where somebody else wrote it: another statement, another condition, no time.
  package init?(_ text: String) {
    guard let found = try? JSONDecoder().decode(Document.self, from: Data(text.utf8)),
      let time = found.Statement.first?.Condition["DateLessThan"]?[Self.key],
      let before = try? Date(time, strategy: .iso8601)
    else { return nil }
    self.init(before: before)
    guard document == found else { return nil }
  }

  /// For whoever has to do it by hand.
  func command(user: String) -> String {
    "`aws iam put-user-policy --user-name \(user) --policy-name \(Self.name) --policy-document "
      + "'\(text)'`"
  }
}
