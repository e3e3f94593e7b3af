extension IAM {
  /// `Expired` is among them since 2025. An unknown status is kept as it is.
  package struct AccessKeyStatus: RawRepresentable, Sendable, Hashable {
    package static let active = AccessKeyStatus(rawValue: "Active")
    package static let inactive = AccessKeyStatus(rawValue: "Inactive")
    package static let expired = AccessKeyStatus(rawValue: "Expired")
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }
  }
}
