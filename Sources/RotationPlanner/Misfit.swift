/// A parameter that exists in a type in which this program can't write what belongs there: a secret
/// would stand in clear, or the record could be read by nobody.
///
/// AWS lets nobody change a parameter's type (`HierarchyTypeMismatchException`), so a key that is
/// made in spite of it could not be shown there.
package struct Misfit: Hashable, Sendable {
  package enum Part: Sendable, Hashable, CaseIterable {
    case record, credentials, session, pair, projection
  }

  package var part: Part
  package var name: String
  /// Nil: the client's own.
  package var region: String?
  /// The type that it has, as SSM names it.
  package var type: String

  package init(_ part: Part, name: String, region: String? = nil, type: String) {
    self.part = part
    self.name = name
    self.region = region
    self.type = type
  }

  /// Without it nothing at all can be published, whatever else is urgent.
  var preventsCommit: Bool { part == .credentials }
}

extension Misfit {
  func finding(user: String) -> Finding {
    Finding(
      code: part == .record ? "record-unreadable" : "parameter-type", .act, message,
      remedy: remedy(user))
  }

  private var message: String {
    let what = "\(name)\(region.map { " in \($0)" } ?? "") is a \(type)"
    let why = "AWS lets nobody change a parameter's type"
    return switch part {
    case .record: "the record can't be written: \(what), rotate keeps it as a String, and \(why)"
    case .credentials:
      "\(what): a secret in it stands in clear, and \(why), so no key can be published there"
    case .session:
      "\(what): a session in it stands in clear, and \(why), so none can be published there"
    case .pair:
      "\(what): a secret in it stands in clear, and \(why), so neither half of the pair is written"
    case .projection:
      "\(what): a secret in it stands in clear, and \(why), so it isn't written"
    }
  }

  private var deletion: String {
    "`aws ssm delete-parameter --name \(name)\(region.map { " --region \($0)" } ?? "")`, wait "
      + "30 seconds"
  }

  /// In an order in which no build breaks: whatever is deleted, builds must have another place to
  /// read first, or there must be none.
  private func remedy(_ user: String) -> String {
    let replaced = "`rotate --user \(user) --now` then replaces the key that stood in clear"
    return switch part {
    case .record:
      "builds don't read it. If it is this user's: \(deletion), run rotate again: it adopts the key "
        + "that `credentials` holds. Otherwise give the user a `parameterPath` of its own"
    case .credentials:
      "first have builds read the pair or a projection, or choose a time without builds. Then "
        + "keep the value in a file, \(deletion), put the same value back (`aws ssm put-parameter "
        + "--name \(name) --type SecureString --value file://…`) and run rotate; \(replaced). If it "
        + "isn't this user's, give the user a `parameterPath` of its own"
    case .session:
      "choose a time in which no build needs it: \(deletion), run rotate: it publishes a session as "
        + "a SecureString. Or configure another `parameter`"
    case .pair:
      "first have builds read `credentials` or projections of other names, or choose a time without "
        + "builds. Then \(deletion), run rotate: it writes the pair anew; \(replaced). If no build "
        + "reads the pair, `\"pair\": false`"
    case .projection:
      "first have builds read `credentials` or a projection of another name, or choose a time "
        + "without builds. Then \(deletion), run rotate: it writes a SecureString; \(replaced). If no "
        + "build reads it, take it out of `projections`"
    }
  }
}
