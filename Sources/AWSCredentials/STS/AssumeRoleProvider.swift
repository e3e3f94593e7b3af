internal import AWSClient

/// A profile with `role_arn`: the credentials of `source_profile` or `credential_source` are
/// exchanged for the role's by STS AssumeRole. Source profiles may have roles themselves.
///
/// See "Assume role credential provider" in the AWS SDKs and Tools reference guide.
struct AssumeRoleProvider: CredentialProvider {
  let name = "assume role"

  func provide(_ world: CredentialsWorld) -> ProviderResult {
    guard Self.isRole(world.profile) else {
      return .notConfigured(
        "profile \"\(world.profileName)\" has no role_arn, or one for web identity")
    }
    do throws(CredentialFailure) {
      return .found(try assume(world, visited: [world.profileName]))
    } catch {
      return .failed(error)
    }
  }

  /// A role with a web identity token is another provider's.
  private static func isRole(_ profile: [String: Setting]) -> Bool {
    profile["role_arn"] != nil && profile["web_identity_token_file"] == nil
  }

  private func assume(
    _ world: CredentialsWorld, visited: [String]
  ) throws(CredentialFailure) -> Credentials {
    let settings = AssumeRoleSettings(world, provider: self)
    var request = try settings.request()
    let credentials = try sourceCredentials(world, visited)
    guard let serialNumber = request.serialNumber else {
      return try call(request, signedBy: credentials, world)
    }
    let cache = AssumeRoleCache(request, name: settings.text("role_session_name"), world.context)
    if let cached = cache.load() { return cached }
    var asked = MFARequest(
      serialNumber: serialNumber, profile: world.profileName, credentials: credentials)
    request.tokenCode = try code(asked, world)
    let session: Credentials
    do throws(CredentialFailure) {
      session = try call(request, signedBy: credentials, world)
    } catch {
      // A run beside this one may have sent the same code: then there may be another one.
      guard error.code == .mfaCodeRefused else { throw error }
      asked.isRepeated = true
      guard let next = try world.context.mfaCode?(asked) else { throw error }
      request.tokenCode = next
      session = try call(request, signedBy: credentials, world)
    }
    cache.save(session)
    return session
  }

  private func code(
    _ asked: MFARequest, _ world: CredentialsWorld
  ) throws(CredentialFailure) -> String {
    if let code = try world.context.mfaCode?(asked) { return code }
    throw failure(
      .mfaCodeNeeded,
      "profile \"\(asked.profile)\" needs a code of the MFA device \(asked.serialNumber), and there "
        + "is no terminal to ask on",
      remedy: "Give it by --mfa-code, or make a session with the AWS CLI (aws sts "
        + "get-caller-identity --profile \(asked.profile)), which is found and used while it lasts. "
        + "For a machine, keep the device's seed and name its place in the configuration: `mfa`.")
  }

  private func call(
    _ request: AssumeRoleRequest, signedBy credentials: Credentials, _ world: CredentialsWorld
  ) throws(CredentialFailure) -> Credentials {
    do throws(STSPortFailure) {
      return try world.sts.assumeRole(request, signedBy: credentials)
    } catch {
      // The words are AWS's own.
      let isCode = error.message.lowercased().contains("one time pass code")
      throw failure(
        isCode ? .mfaCodeRefused : .assumeRoleFailed,
        "AssumeRole of \(request.roleArn), signed by \(credentials.source):"
          + " \(error.code.map { "\($0): " } ?? "")\(error.message)",
        remedy: isCode
          ? "Wait for the next code: AWS takes each once. If it goes on, the device's clock or seed"
            + " is another's."
          : "Look at the role's trust policy, its conditions (external id, MFA) and the caller's"
            + " right to sts:AssumeRole.")
    }
  }

  private func sourceCredentials(
    _ world: CredentialsWorld, _ visited: [String]
  ) throws(CredentialFailure) -> Credentials {
    switch (world.profile["source_profile"], world.profile["credential_source"]) {
    case (let source?, nil): return try fromProfile(source, world, visited)
    case (nil, let source?): return try fromSource(source, world)
    case (let profile?, let source?):
      throw failure(
        .settingInvalid, "\(profile.place) and \(source.place): a role has one source, not two",
        remedy: "Remove one of the two.")
    case (nil, nil):
      throw failure(
        .settingInvalid,
        "\(world.profile["role_arn"]?.place ?? "role_arn"): the role has no source_profile and no"
          + " credential_source",
        remedy: "Name the profile, or the source, whose credentials may assume the role.")
    }
  }

  private func fromSource(
    _ setting: Setting, _ world: CredentialsWorld
  ) throws(CredentialFailure) -> Credentials {
    let named = world.providers.filter { $0.credentialSource != nil }
    guard let provider = named.first(where: { $0.credentialSource == setting.text }) else {
      let names = named.compactMap(\.credentialSource).sorted()
      throw failure(
        .settingInvalid, "\(setting.place): expected \(names.joined(separator: ", "))",
        remedy: "Write one of these names, in this spelling.")
    }
    switch provider.search(world) {
    case .found(let credentials): return credentials
    case .failed(let failure): throw failure
    case .notConfigured(let reason):
      throw failure(
        .settingInvalid, "\(setting.place): \(reason)",
        remedy: "Name another source, or see that this one has credentials.")
    }
  }

  private func fromProfile(
    _ setting: Setting, _ world: CredentialsWorld, _ visited: [String]
  ) throws(CredentialFailure) -> Credentials {
    guard let name = setting.text, let profile = world.configuration.profiles[name] else {
      throw failure(
        .profileNotFound, "\(setting.place): there is no such profile",
        remedy: "The profiles are: \(world.configuration.profileNames).")
    }
    let hasKey = profile["aws_access_key_id"] != nil || profile["aws_secret_access_key"] != nil
    // A profile may name itself, to keep its role and the key that assumes it in one place.
    if visited.contains(name), name != world.profileName || !hasKey {
      throw failure(
        .sourceProfileCycle,
        "\(setting.place): the profiles go round in a circle:"
          + " \((visited + [name]).joined(separator: " -> "))",
        remedy: "One of them must have credentials of its own.")
    }
    let next = world.looking(at: name)
    if !hasKey && Self.isRole(profile) {
      return try assume(next, visited: visited + [name])
    }
    return try firstFound(next, setting)
  }

  private func firstFound(
    _ world: CredentialsWorld, _ setting: Setting
  ) throws(CredentialFailure) -> Credentials {
    for provider in world.providers where provider.readsOneProfile {
      switch provider.search(world) {
      case .found(let credentials): return credentials
      case .failed(let failure): throw failure
      case .notConfigured: continue
      }
    }
    throw failure(
      .settingInvalid, "\(setting.place): that profile has no credentials",
      remedy: "Give it a key, a role with a source, credential_process, web identity or SSO.")
  }
}
