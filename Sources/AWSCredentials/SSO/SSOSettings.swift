/// A profile's settings for IAM Identity Center (SSO): written out in the profile itself (the older
/// form), or in the `[sso-session NAME]` that it names.
struct SSOSettings {
  var startURL: String
  var region: String
  var roleName: String
  var accountId: String
  /// Nil in the older form.
  var sessionName: String?

  /// Nil when the profile doesn't use SSO.
  init?(_ world: CredentialsWorld) throws(CredentialFailure) {
    var settings = world.profile
    guard settings["sso_role_name"] != nil || settings["sso_account_id"] != nil else { return nil }
    if let reference = settings["sso_session"] {
      try Self.merge(try Self.session(reference, world), into: &settings)
      sessionName = reference.text
    }
    var missing: [String] = []
    func value(_ name: String) -> String {
      if let text = settings[name]?.text { return text }
      missing.append(name)
      return ""
    }
    roleName = value("sso_role_name")
    accountId = value("sso_account_id")
    startURL = value("sso_start_url")
    region = value("sso_region")
    guard missing.isEmpty else {
      throw Self.failure(
        "profile \"\(world.profileName)\" uses SSO and has no \(missing.joined(separator: ", "))")
    }
  }

  private static func session(
    _ reference: Setting, _ world: CredentialsWorld
  ) throws(CredentialFailure) -> [String: Setting] {
    guard let session = reference.text.flatMap({ world.configuration.ssoSessions[$0] }) else {
      throw failure(
        "\(reference.place): there is no section [sso-session \(reference.text ?? "")]")
    }
    for name in ["sso_start_url", "sso_region"] where session[name] == nil {
      throw failure("\(reference.place): that section has no \(name)")
    }
    return session
  }

  /// What both have must be the same: which of the two was meant?
  private static func merge(
    _ session: [String: Setting], into settings: inout [String: Setting]
  ) throws(CredentialFailure) {
    for (name, setting) in session {
      if let own = settings[name], own.text != setting.text {
        throw failure("\(own.place) differs from \(setting.place)")
      }
      settings[name] = setting
    }
  }

  private static func failure(_ message: String) -> CredentialFailure {
    CredentialFailure(
      .settingInvalid, source: SSOProvider.providerName, message,
      remedy: "Mend it by hand or by `aws configure sso`.")
  }
}
