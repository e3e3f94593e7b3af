extension Misfit {
  func text(_ user: String) -> FindingText {
    FindingText(
      part == .record ? .recordUnreadable : .parameterType, .act, message, remedy: remedy(user))
  }

  private var message: Sentence {
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

  /// In an order in which no build breaks: whatever is deleted, builds must have another place to
  /// read first, or there must be none.
  private func remedy(_ user: String) -> Sentence {
    let region = region.map { " --region \($0)" } ?? ""
    let deletion = "`aws ssm delete-parameter --name \(name)\(region)`, wait 30 seconds"
    let replaced = "`rotate --user \(user) --now` then replaces the key that stood in clear"
    return switch part {
    case .record:
      """
      builds don't read it. If it is this user's: \(deletion), run rotate again: it adopts the key \
      that `credentials` holds. Otherwise give the user a `parameterPath` of its own
      """
    case .credentials:
      """
      first have builds read the pair or a projection, or choose a time without builds. Then keep \
      the value in a file, \(deletion), put the same value back (`aws ssm put-parameter --name \
      \(name) --type SecureString --value file://…`) and run rotate; \(replaced). If it isn't this \
      user's, give the user a `parameterPath` of its own
      """
    case .session:
      """
      choose a time in which no build needs it: \(deletion), run rotate: it publishes a session as \
      a SecureString. Or configure another `parameter`
      """
    case .pair:
      """
      first have builds read `credentials` or projections of other names, or choose a time without \
      builds. Then \(deletion), run rotate: it writes the pair anew; \(replaced). If no build reads \
      the pair, `"pair": false`
      """
    case .projection:
      """
      first have builds read `credentials` or a projection of another name, or choose a time \
      without builds. Then \(deletion), run rotate: it writes a SecureString; \(replaced). If no \
      build reads it, take it out of `projections`
      """
    }
  }
}
