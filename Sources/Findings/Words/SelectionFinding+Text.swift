extension SelectionFinding {
  var text: FindingText {
    switch self {
    case .notManaged(let name, let file, let nearest, let managed):
      FindingText(
        .notManaged, .failed,
        "\(name) isn't managed by \(file)\(nearest.map { "; did you mean \($0)?" } ?? "")",
        remedy: """
          add it to `users` there, or name one of: \(managed.prefix(20).joined(separator: ", "))
          """)

    case .unknown(let name): FindingText(.notManaged, .failed, "\(name) isn't managed")

    // A timer that ends well although it looks at nobody hides the day a key expires.
    case .nobodySelected:
      FindingText(
        .nobodySelected, .act, "the configuration selects no user that exists",
        remedy: "see whether its paths and groups have users: aws iam list-users, aws iam get-group"
      )

    case .noSessions:
      FindingText(
        .noSessions, .notice, "no user has `session` in the configuration",
        remedy: """
          nothing, if no user must give MFA codes: rotate-sessions.timer can be switched off
          """)

    case .groupUnread(let others):
      FindingText(
        .evidenceMissing, .failed,
        """
        a group could not be read, so users without an entry of their own were left alone: \
        \(others.isEmpty ? "nobody else is known" : others.joined(separator: ", "))
        """,
        remedy: "see what keeps the group from being read, above")

    case .misconfigured(let code, let place, let why, let advice):
      FindingText(
        code, .failed, "\(place.map { "\($0): " } ?? "")\(why)", remedy: "\(advice)")

    case .duplicateName(let name, let first, let second):
      FindingText(
        .configDuplicateName, .failed,
        "\(name) would be written for both \(first) and \(second); both are left alone",
        remedy: "use {user} in its name")

    case .noConfiguration:
      FindingText(
        .noConfiguration, .failed, "--anchors reads the records of all managed users",
        remedy: "name the configuration: --config FILE")
    }
  }
}
