internal import Configuration

extension Configuration {
  /// What telling people and the heartbeat need, and whether a run depends on it. The heartbeat
  /// comes only after a run over all users.
  func tellingNeeds(
    _ needs: AccessNeeds, isPartial: Bool
  ) -> [(need: AccessNeed, isRequired: Bool)] {
    var found: [(need: AccessNeed, isRequired: Bool)] = []
    func add(_ kind: AccessNeeds.Telling, _ isRequired: Bool) {
      found.append((needs.telling(kind), isRequired))
    }
    for channel in notify.channels {
      if let topic = channel.topic { add(.topic(topic), channel.isRequired) }
      for name in channel.secrets.compactMap(\.parameter) { add(.secret(name), channel.isRequired) }
    }
    guard let heartbeat, !isPartial else { return found }
    for name in heartbeat.secrets.compactMap(\.parameter) {
      add(.secret(name), heartbeat.isRequired)
    }
    return found
  }
}
