/// The settings of the instance metadata service, from the environment or else the profile.
struct InstanceMetadataSettings {
  private let world: CredentialsWorld

  init(_ world: CredentialsWorld) {
    self.world = world
  }

  private func value(_ variable: String, _ setting: String) -> (text: String, place: String)? {
    if let text = world.environment(variable) { return (text, variable) }
    guard let setting = world.profile[setting], let text = setting.text, !text.isEmpty else {
      return nil
    }
    return (text, setting.place)
  }

  func flag(_ variable: String, _ setting: String) -> Bool {
    value(variable, setting)?.text.lowercased() == "true"
  }

  /// A positive whole number; nil when it isn't set.
  func number(_ variable: String, _ setting: String) throws(CredentialFailure) -> Int? {
    guard let (text, place) = value(variable, setting) else { return nil }
    guard let number = Int(text), (1...60).contains(number) else {
      throw InstanceMetadata.failure(
        .settingInvalid, "\(place): expected a whole number from 1 to 60")
    }
    return number
  }

  /// The endpoint's URL.
  func base() throws(CredentialFailure) -> String {
    if let (text, place) = value(
      "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint")
    {
      guard let parts = URLParts(text), ["http", "https"].contains(parts.scheme) else {
        throw InstanceMetadata.failure(.settingInvalid, "\(place): expected an http or https URL")
      }
      return text
    }
    let ipv6 = "http://[fd00:ec2::254]"
    let ipv4 = "http://169.254.169.254"
    guard
      let (mode, place) = value(
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode")
    else { return flag("AWS_IMDS_USE_IPV6", "imds_use_ipv6") ? ipv6 : ipv4 }
    switch mode.lowercased() {
    case "ipv4": return ipv4
    case "ipv6": return ipv6
    default: throw InstanceMetadata.failure(.settingInvalid, "\(place): expected IPv4 or IPv6")
    }
  }
}
