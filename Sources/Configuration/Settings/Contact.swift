/// Who is told about one user.
package struct Contact: Sendable, Equatable {
  package var owner: String?
  /// Names of channels; nil: all.
  package var channels: [String]?

  package init(owner: String? = nil, channels: [String]? = nil) {
    self.owner = owner
    self.channels = channels
  }
}

extension UserSettings {
  package var contact: Contact {
    Contact(owner: owner?.value, channels: channels?.value.map(\.value))
  }
}
