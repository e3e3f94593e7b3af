internal import struct FoundationEssentials.Date

/// A profile's settings for AssumeRole, checked.
struct AssumeRoleSettings {
  private let world: CredentialsWorld
  private let provider: any CredentialProvider

  init(_ world: CredentialsWorld, provider: any CredentialProvider) {
    self.world = world
    self.provider = provider
  }

  func request() throws(CredentialFailure) -> AssumeRoleRequest {
    guard let role = world.profile["role_arn"], let arn = role.text, arn.hasPrefix("arn:") else {
      throw provider.failure(
        .settingInvalid, "\(world.profile["role_arn"]?.place ?? "role_arn"): expected a role's ARN",
        remedy: "Write arn:aws:iam::111122223333:role/NAME.")
    }
    return AssumeRoleRequest(
      roleArn: arn,
      roleSessionName: text("role_session_name") ?? Self.sessionName(world.context.now()),
      externalId: text("external_id"), serialNumber: text("mfa_serial"),
      durationSeconds: try duration(),
      source: "\(provider.name) \(arn) (profile \"\(world.profileName)\")")
  }

  /// A setting that isn't blank.
  func text(_ name: String) -> String? {
    world.profile[name]?.text.flatMap { $0.isEmpty ? nil : $0 }
  }

  private func duration() throws(CredentialFailure) -> Int? {
    guard let setting = world.profile["duration_seconds"] else { return nil }
    guard let seconds = setting.text.flatMap({ Int($0) }), (900...43_200).contains(seconds) else {
      throw provider.failure(
        .settingInvalid, "\(setting.place): expected a whole number from 900 to 43200",
        remedy: "Mend it, or leave it out for one hour.")
    }
    return seconds
  }

  /// The name that CloudTrail shows when none is configured.
  static func sessionName(_ now: Date) -> String {
    "rotate-\(Int(now.timeIntervalSince1970))"
  }
}
