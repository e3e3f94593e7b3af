package import RotationPlanner

/// What is to be done so that a user has an MFA device whose seed is kept. A value, decided from
/// what was seen alone.
package enum EnrollmentPlan: Sendable, Equatable {
  /// The device is the user's, and a seed is kept.
  case enrolled
  /// So it is, but the record says that it is still being made.
  case close
  /// Nothing is there yet: the record is to say that a device is made.
  case announce
  /// Announced, and no device: make one.
  case make
  /// Announced, a device that nobody has the seed of: delete it, and make another.
  case makeAgain
  /// Announced, a device, and a seed: enable it with that seed's codes.
  case enable
  /// A person must decide.
  case blocked(Finding)

  /// `isAnnounced`: the record says that this device is this program's.
  package init(
    _ device: MFADeviceStanding, serialNumber: String, user: String, isAnnounced: Bool,
    seed: StoredSeed, place: String
  ) {
    switch (device, seed) {
    case (.assigned(user), .usable): self = isAnnounced ? .close : .enrolled
    case (.assigned(user), _):
      self = .blocked(
        .enrollment(.seedLost(device: serialNumber, user: user, place: place)))
    case (.assigned(let other), _):
      self = .blocked(.enrollment(.deviceOfAnother(device: serialNumber, user: other)))
    case (.unassigned, _) where !isAnnounced:
      self = .blocked(.enrollment(.deviceForeign(device: serialNumber)))
    case (.unassigned, .usable): self = .enable
    case (.unassigned, _): self = .makeAgain
    case (.absent, .none) where !isAnnounced: self = .announce
    case (.absent, _) where !isAnnounced:
      self = .blocked(.enrollment(.seedTaken(place: place)))
    case (.absent, _): self = .make
    }
  }

  /// What a dry run says; nil where nothing is to be done.
  package var inWords: String? {
    switch self {
    case .enrolled, .blocked: nil
    case .close: "record that the device is enrolled"
    case .announce, .make: "make a virtual MFA device, keep its seed, read it back, enable it"
    case .makeAgain: "delete the device that an interrupted run left, and make it again"
    case .enable: "enable the device that an interrupted run made, with the seed that it kept"
    }
  }
}

/// What the parameter for the seed holds.
package enum StoredSeed: Sendable, Equatable {
  case none
  case usable
  /// Something that is no seed, or not a SecureString.
  case damaged
}
