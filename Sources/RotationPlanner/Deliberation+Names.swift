extension Deliberation {
  /// The name and the record's name for it, where they aren't the same.
  mutating func reportNames() {
    if let spelling = observation.spelling {
      report(.record(.userSpelledOtherwise(spelling, name: observation.user.name)))
    }
    reportRename()
  }

  /// Said once: the record is written anew, under the name that the user has now.
  private mutating func reportRename() {
    guard case .state(let state) = observation.record, state.belongs(to: observation.user),
      state.user != observation.user.name
    else { return }
    let name = observation.user.name
    if go, steps.isEmpty { add(.recordState, "to name the user \(name) in the record") }
    report(.record(.userRenamed(from: state.user, to: name, userId: state.userId)))
  }
}
